import type { ActionDecl } from '../model/action.ts';
import type { OutputResult } from '../model/result.ts';
import { resultBlobs } from '../store/result-blobs.ts';
import type { FileFacts } from './content.ts';
import { outputThere } from './outputs-in-place.ts';
import type { OutputsSoFar } from './outputs-so-far.ts';
import type { OutputPlacer } from './place-outputs.ts';
import type { WatchedFile } from './resolve-action.ts';
import type { EngineServices } from './services.ts';

/**
 * Outputs whose bytes a build can do without stay in the remote cache, and nothing lies at their place. They are brought here when
 * something that runs here reads them; what has been evicted meanwhile is noted as lost, and has to be made again.
 */
export class LeftOutputs {
  readonly #services: EngineServices;
  readonly #outputs: OutputsSoFar;
  readonly #placer: OutputPlacer;
  readonly #flying = new Map<string, Promise<boolean>>();
  #lost = false;

  constructor(services: EngineServices, outputs: OutputsSoFar, placer: OutputPlacer) {
    this.#services = services;
    this.#outputs = outputs;
    this.#placer = placer;
  }

  /** Something that was left is nowhere any more. */
  get lost(): boolean {
    return this.#lost;
  }

  /** All that an action reads lies at its place afterwards; or the path of what nobody has any more. */
  async bring(decl: ActionDecl): Promise<string | undefined> {
    if (!this.#services.leaves) return undefined;
    const { root } = this.#services;
    const away = this.#outputs.placesReadBy(decl).filter((output) => !outputThere(root, output));
    const came = await Promise.all(away.map((output) => this.#bringOne(output)));
    const gone = away.find((_, i) => came[i] === false);
    if (gone) this.#lost = true;
    return gone && `${root}/${gone.path}`;
  }

  /** Several may read it. */
  #bringOne(output: OutputResult): Promise<boolean> {
    const known = this.#flying.get(output.path);
    if (known) return known;
    const flying = this.#placer
      .placeBlobs(output, this.#services.blobs)
      .finally(() => this.#flying.delete(output.path));
    this.#flying.set(output.path, flying);
    return flying;
  }
}

/** What was away when an action was made ready, and has come since just as its key has it, counts from here on. */
export const markedOnArrival = (watched: readonly WatchedFile[], facts: FileFacts): readonly WatchedFile[] =>
  watched.map((file) => {
    const mark = file.mark.fact === undefined ? facts.mark(file.path) : undefined;
    return mark?.hash === file.hash ? { ...file, mark } : file;
  });

/** Puts outputs at their place, but for those that may stay away and whose bytes are not on this machine. False: not to be had. */
export async function placeOrLeave(
  id: string,
  outputs: readonly OutputResult[],
  { blobs, leaves }: Pick<EngineServices, 'blobs' | 'leaves'>,
  placer: OutputPlacer,
): Promise<boolean> {
  const mayStay = leaves?.(id) === true;
  for (const output of outputs) {
    if (mayStay && output.home === undefined && !(await isHere(output, blobs))) placer.remove(output);
    else if (!(await placer.placeBlobs(output, blobs))) return false;
  }
  return true;
}

const isHere = async (output: OutputResult, blobs: EngineServices['blobs']): Promise<boolean> =>
  (await blobs.missing(resultBlobs({ outputs: [output], isolation: 2 }))).length === 0;
