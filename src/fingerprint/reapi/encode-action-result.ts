import { sortedBy } from '../../base/order.ts';
import type { ActionResult, OutputResult } from '../../model/result.ts';
import { WireWriter } from '../wire-writer.ts';
import { writeDigest } from './digest.ts';
import { writeDuration } from './duration.ts';

/** Says in the execution metadata how the action was shut in. */
export const ISOLATION_TYPE = 'type.googleapis.com/recomp.v1.Isolation';

/** Holds its producer's signature, for caches that others can write to. */
export const SIGNATURE_TYPE = 'type.googleapis.com/recomp.v1.Signature';

/**
 * ActionResult { output_files 2, output_directories 3, stdout_digest 6, stderr_digest 8, execution_metadata 9 }.
 * exit_code 4 is always the default: only success is a result.
 */
export function encodeActionResult(result: ActionResult, signature?: Uint8Array): Uint8Array {
  const writer = new WireWriter();
  const outputs = sortedBy(result.outputs, (output) => output.path);
  for (const output of outputs) if (output.kind === 'file') writeFile(writer, output);
  for (const output of outputs) if (output.kind === 'tree') writeTree(writer, output);
  if (result.stdout !== undefined) writeDigest(writer, 6, result.stdout);
  if (result.stderr !== undefined) writeDigest(writer, 8, result.stderr);
  writeMetadata(writer, result, signature);
  return writer.view();
}

/** Equal but for the time it took, and where. */
export function sameOutcome(a: ActionResult, b: ActionResult): boolean {
  const [x, y] = [a, b].map(({ wallMs: _, maker: __, ...outcome }) => encodeActionResult(outcome));
  return x !== undefined && y !== undefined && Buffer.compare(x, y) === 0;
}

/** OutputFile { path 1, digest 2, is_executable 4 }. */
function writeFile(writer: WireWriter, file: Extract<OutputResult, { kind: 'file' }>): void {
  const start = writer.open(2);
  writer.text(1, file.path);
  writeDigest(writer, 2, file.digest);
  writer.flag(4, file.executable);
  writer.close(start);
}

/** OutputDirectory { path 1, tree_digest 3, root_directory_digest 5 }. */
function writeTree(writer: WireWriter, tree: Extract<OutputResult, { kind: 'tree' }>): void {
  const start = writer.open(3);
  writer.text(1, tree.path);
  writeDigest(writer, 3, tree.treeDigest);
  writeDigest(writer, 5, tree.rootDigest);
  writer.close(start);
}

/** ExecutedActionMetadata { worker 1, auxiliary_metadata 11: Any { type_url 1, value 2 }, virtual_execution_duration 12 }. */
function writeMetadata(writer: WireWriter, result: ActionResult, signature: Uint8Array | undefined): void {
  const start = writer.open(9);
  if (result.maker !== undefined) writer.text(1, result.maker);
  const any = writer.open(11);
  writer.text(1, ISOLATION_TYPE);
  const value = writer.open(2);
  writer.number(1, result.isolation);
  writer.close(value);
  writer.close(any);
  if (signature !== undefined) {
    const signed = writer.open(11);
    writer.text(1, SIGNATURE_TYPE);
    writer.bytes(2, signature);
    writer.close(signed);
  }
  if (result.wallMs !== undefined) writeDuration(writer, 12, Math.round(result.wallMs));
  writer.close(start);
}
