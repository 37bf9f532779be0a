import type { ActionDecl } from '../model/action.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { ActionResult } from '../model/result.ts';
import { placeOrLeave } from './left-outputs.ts';
import { pinFailure } from './pin-failure.ts';
import type { OutputPlacer } from './place-outputs.ts';
import type { EngineServices } from './services.ts';

type Taken =
  | { readonly ok: true; readonly result: ActionResult; readonly stored: true }
  | { readonly ok: false; readonly failure: ActionFailure };

/** What another machine made, as if it came out of a cache: only declared outputs, and only bytes that were hashed here. */
export async function takeResult(
  id: string,
  result: ActionResult,
  decl: ActionDecl,
  services: EngineServices,
  placer: OutputPlacer,
): Promise<Taken> {
  const wrong = outputFailure(result, decl) ?? pinFailure(decl, result.outputs);
  if (wrong) return { ok: false, failure: wrong };
  const { blobs, logs } = services;
  for (const output of result.outputs)
    if (!(await placeOrLeave(id, [output], services, placer)))
      return { ok: false, failure: gone(output.path) };
  for (const digest of [result.stdout, result.stderr]) if (digest) await logs.keepBlob(digest, blobs);
  return { ok: true, result, stored: true };
}

function outputFailure({ outputs }: ActionResult, decl: ActionDecl): ActionFailure | undefined {
  const made = new Map(outputs.map((output) => [output.path, output.kind]));
  const missing = decl.outputs.filter(({ path }) => !made.has(path)).map(({ path }) => path);
  if (missing.length > 0) return { kind: 'missing-output', blame: 'input', paths: missing };
  const other = decl.outputs.find(({ path, tree }) => (made.get(path) === 'tree') !== tree);
  if (other) {
    const problem = other.tree ? 'is not a folder' : 'is a folder; declare it in out_dirs';
    return { kind: 'bad-output', blame: 'input', path: other.path, problem };
  }
  const declared = new Set(decl.outputs.map(({ path }) => path));
  const undeclared = outputs.find(({ path }) => !declared.has(path));
  return (
    undeclared && { kind: 'bad-output', blame: 'input', path: undeclared.path, problem: 'was not declared' }
  );
}

const gone = (path: string): ActionFailure => ({
  kind: 'storage',
  blame: 'infrastructure',
  message: 'what was made on another machine is gone from the cache already',
  path,
});
