import type { Digest } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';

/** Every blob without which a result cannot be used, each once. */
export function resultBlobs(result: ActionResult): Digest[] {
  const found = new Map<string, Digest>();
  const add = (digest: Digest | undefined): void => {
    if (digest !== undefined) found.set(`${digest.hash}/${digest.size}`, digest);
  };
  for (const output of result.outputs) {
    if (output.kind === 'file') add(output.digest);
    else {
      add(output.treeDigest);
      for (const file of output.content.files) add(file.digest);
    }
  }
  add(result.stdout);
  add(result.stderr);
  return [...found.values()];
}
