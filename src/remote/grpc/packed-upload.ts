import { packedFile } from '../packed.ts';
import { openUpload } from './byte-stream-calls.ts';
import type { Channel } from './channel.ts';

/** Sends a file compressed. Offsets are of what is sent; the server may say before the end that it has the blob already. */
export async function writePacked(
  channel: Channel,
  resource: string,
  size: number,
  path: string,
): Promise<void> {
  await channel.ready();
  let sent = 0;
  // Servers count what came, or what it is.
  const upload = openUpload(channel, size, (n) => n === -1 || n === sent || n === size);
  let held: Uint8Array = new Uint8Array();
  const pass = async (data: Uint8Array, finish: boolean): Promise<void> => {
    const offset = sent;
    sent += data.length;
    await upload.write({ resource: offset === 0 ? resource : '', offset, finish, data });
  };
  try {
    // The last piece says that it is the last.
    for await (const piece of packedFile(path, size)) {
      if (upload.over()) break;
      if (held.length > 0) await pass(held, false);
      held = piece;
    }
  } catch (error) {
    upload.cancel();
    throw error;
  }
  if (!upload.over()) await pass(held, true);
  await upload.finish();
}
