import { sortedBy } from '../base/order.ts';
import type { ResultMessage } from '../fingerprint/reapi/decode-action-result.ts';
import { readTreeContent, rootDigestOf } from '../fingerprint/tree.ts';
import type { Digest } from '../model/digest.ts';
import type { ActionResult, OutputResult } from '../model/result.ts';

/**
 * A stored message as a result, with its directories' content, which lies in their Tree blobs. Undefined: one of them is
 * gone or says nothing that may be used. Outputs come sorted by path.
 */
export async function openResult(
  message: ResultMessage,
  blob: (digest: Digest) => Promise<Uint8Array | undefined>,
): Promise<ActionResult | undefined> {
  const { files, trees, ...rest } = message;
  const outputs: OutputResult[] = [...files];
  for (const { path, treeDigest } of trees) {
    const bytes = await blob(treeDigest);
    const content = bytes && readTreeContent(bytes);
    if (content === undefined) return undefined;
    outputs.push({ kind: 'tree', path, rootDigest: rootDigestOf(content), treeDigest, content });
  }
  return { ...rest, outputs: sortedBy(outputs, (output) => output.path) };
}
