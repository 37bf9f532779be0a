import { createHash } from 'node:crypto';
import { closeSync, openSync, renameSync, writev } from 'node:fs';
import type { Digest } from '../../model/digest.ts';
import { tempPath } from '../../store/layout.ts';
import { removeQuietly, withFolder } from '../../store/place-file.ts';
import type { Arrival, IncomingBlob, Refusal } from './arrival.ts';
import type { Room } from './room.ts';
import type { Shelf } from './shelf.ts';

export interface IncomingPlace {
  readonly directory: string;
  readonly shelf: Shelf;
  readonly room: Room;
  readonly onError: (error: unknown) => Refusal;
}

/** Written in pieces of this size: hashing the next one and writing the last go on at once. */
const FLUSH_AT = 1024 * 1024;

/** A large blob on its way to disk, hashed as it comes. It gets its name when all of it is there and is what it should be. */
export class IncomingFile implements IncomingBlob {
  readonly #place: IncomingPlace;
  readonly #digest: Digest;
  readonly #temp: string;
  readonly #hasher = createHash('sha256');
  #fd: number | undefined;
  #pieces: Uint8Array[] = [];
  #held = 0;
  #received = 0;
  #claimed = 0;
  #writing: Promise<void> | undefined;
  #over = false;
  refusal: Refusal | undefined;

  constructor(place: IncomingPlace, digest: Digest) {
    this.#place = place;
    this.#digest = digest;
    this.#temp = tempPath(place.directory);
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    this.#received += piece.length;
    if (this.#received > this.#digest.size) this.#refuse('wrong-size');
    if (this.refusal !== undefined || this.#over) return undefined;
    this.#hasher.update(piece);
    this.#pieces.push(piece);
    this.#held += piece.length;
    return this.#held < FLUSH_AT ? undefined : this.#flush();
  }

  async finish(): Promise<Arrival> {
    if (this.#received < this.#digest.size) this.#refuse('wrong-size');
    else if (this.#held > 0) await this.#flush();
    await this.#writing;
    if (this.refusal === undefined && this.#hasher.digest('hex') !== this.#digest.hash)
      this.#refuse('wrong-hash');
    if (this.refusal === undefined && !this.#over) return this.#settle();
    this.#end();
    return this.refusal ?? 'broken';
  }

  abort(): void {
    // A piece that waits for the one before it must not be written any more.
    this.#refuse('broken');
    if (this.#writing === undefined) this.#end();
    else void this.#writing.then(() => this.#end());
  }

  #refuse(why: Refusal): void {
    this.refusal ??= why;
    this.#pieces = [];
    this.#held = 0;
  }

  /** Waits for the write before it, and starts its own. */
  async #flush(): Promise<void> {
    await this.#writing;
    if (this.refusal !== undefined || this.#over || this.#held === 0) return;
    const [pieces, held] = [this.#pieces, this.#held];
    this.#pieces = [];
    this.#held = 0;
    this.#writing = this.#store(pieces, held).catch((error: unknown) =>
      this.#refuse(this.#place.onError(error)),
    );
  }

  async #store(pieces: readonly Uint8Array[], bytes: number): Promise<void> {
    if (!this.#place.room.claim(bytes)) {
      this.#refuse('full');
      return;
    }
    this.#claimed += bytes;
    this.#fd ??= this.#create();
    await writeAll(this.#fd, pieces, bytes);
  }

  #create(): number {
    let fd = -1;
    withFolder(this.#temp, () => {
      fd = openSync(this.#temp, 'wx', 0o444);
    });
    return fd;
  }

  /** Two may send the same blob at once: the first one stays. */
  #settle(): Arrival {
    const { shelf } = this.#place;
    const { hash, size } = this.#digest;
    if (shelf.peek(hash)?.bytes === size) {
      this.#end();
      shelf.use(hash);
      return 'present';
    }
    try {
      const path = shelf.path(hash);
      withFolder(path, () => renameSync(this.#temp, path));
    } catch (error) {
      this.#refuse(this.#place.onError(error));
      this.#end();
      return this.refusal ?? 'broken';
    }
    shelf.add(hash, size);
    this.#end();
    // On disk it takes whole blocks.
    this.#place.room.settle();
    return 'stored';
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#fd !== undefined) {
      closeSync(this.#fd);
      removeQuietly(this.#temp);
    }
    this.#place.room.release(this.#claimed);
    this.#claimed = 0;
  }
}

async function writeAll(fd: number, pieces: readonly Uint8Array[], bytes: number): Promise<void> {
  const written = await writeSome(fd, pieces);
  if (written === 0) throw new Error('nothing was written');
  // A disk that fills up takes a part first.
  if (written < bytes) await writeAll(fd, rest(pieces, written), bytes - written);
}

const writeSome = (fd: number, pieces: readonly Uint8Array[]): Promise<number> =>
  new Promise((resolve, reject) =>
    writev(fd, [...pieces], (error, written) => (error ? reject(error) : resolve(written))),
  );

function rest(pieces: readonly Uint8Array[], skip: number): Uint8Array[] {
  const joined = Buffer.concat(pieces);
  return [joined.subarray(skip)];
}
