import type { ActionDecl } from '../model/action.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { OutputResult } from '../model/result.ts';

/** Outputs whose digests were told beforehand must have them. */
export function pinFailure(decl: ActionDecl, outputs: readonly OutputResult[]): ActionFailure | undefined {
  for (const output of outputs) {
    const expected = decl.pinned?.[output.path];
    const actual = output.kind === 'file' ? output.digest.hash : output.rootDigest.hash;
    if (expected !== undefined && expected !== actual)
      return { kind: 'pin-mismatch', blame: 'input', path: output.path, expected, actual };
  }
  return undefined;
}
