import { mkdirSync, rmSync } from 'node:fs';
import { decodeExecuted, type ExecutedMessage } from '../../fingerprint/reapi/decode-action-result.ts';
import { treeOf } from '../../fingerprint/tree.ts';
import type { Digest } from '../../model/digest.ts';
import type { ActionResult, OutputResult } from '../../model/result.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import { openResult } from '../../store/open-result.ts';
import { resultBlobs } from '../../store/result-blobs.ts';
import { RemoteFault } from '../fault.ts';

/** What an executor says has ended, with everything that it names here. */
export interface Collected {
  readonly exitCode: number;
  /** Of a process that exited with 0. */
  readonly result?: ActionResult;
  /** What it printed, as digests of blobs that are here. */
  readonly stdout?: Digest;
  readonly stderr?: Digest;
  readonly wallMs: number | undefined;
}

export interface Collector {
  /** Here, and filled from the executor. */
  readonly blobs: BlobStore;
  /** Brings blobs here. False: not all of them can be had. */
  readonly fetch: (digests: readonly Digest[]) => Promise<boolean>;
}

/** `mayStay`: its outputs need not come. Undefined: some of it is gone already, and it has to be run again. What makes no sense is a RemoteFault. */
export async function collectResult(
  message: Uint8Array,
  to: Collector,
  mayStay: boolean,
): Promise<Collected | undefined> {
  const executed = decodeExecuted(message);
  if (!executed) throw new RemoteFault('damaged', 'a result that cannot be read');
  const streams = await bringStreams(executed, to);
  if (!streams) return undefined;
  const { exitCode } = executed;
  const { wallMs } = executed.message;
  if (exitCode !== 0) return { exitCode, ...streams, wallMs };
  if (executed.hasLinks) throw new RemoteFault('unwanted', 'it left a link as an output');
  const result = await bringResult(executed, streams, to, mayStay);
  return result && { exitCode, result, ...streams, wallMs };
}

type Streams = Pick<Collected, 'stdout' | 'stderr'>;

/** Small ones come along, larger ones are named. */
async function bringStreams(
  executed: ExecutedMessage,
  { blobs, fetch }: Collector,
): Promise<Streams | undefined> {
  const { message, stdoutRaw, stderrRaw } = executed;
  const named: Digest[] = [];
  const bring = async (raw: Uint8Array, digest: Digest | undefined): Promise<Digest | undefined> => {
    if (raw.length > 0) return blobs.put(raw);
    if (digest === undefined || digest.size === 0) return undefined;
    named.push(digest);
    return digest;
  };
  const stdout = await bring(stdoutRaw, message.stdout);
  const stderr = await bring(stderrRaw, message.stderr);
  if (!(await fetch(named))) return undefined;
  return { ...(stdout && { stdout }), ...(stderr && { stderr }) };
}

/** It counts as fully shut in: whoever names an executor vouches for it, as for the machine itself. */
async function bringResult(
  { message }: ExecutedMessage,
  streams: Streams,
  { blobs, fetch }: Collector,
  mayStay: boolean,
): Promise<ActionResult | undefined> {
  const { files, trees, wallMs, maker } = message;
  if (!(await fetch(trees.map(({ treeDigest }) => treeDigest)))) return undefined;
  const opened = await openResult({ files, trees, isolation: 2 }, (digest) => blobs.get(digest));
  if (!opened) throw new RemoteFault('damaged', 'a folder among its outputs cannot be read');
  const outputs: OutputResult[] = [];
  for (const output of opened.outputs) outputs.push(await canonical(output, blobs));
  const result: ActionResult = {
    outputs,
    ...streams,
    isolation: 2,
    ...(wallMs === undefined ? {} : { wallMs }),
    ...(maker === undefined ? {} : { maker }),
  };
  return mayStay || (await fetch(resultBlobs(result))) ? result : undefined;
}

/** Others spell the same folder in other ways; here it has one name. */
async function canonical(output: OutputResult, blobs: BlobStore): Promise<OutputResult> {
  if (output.kind === 'file') return output;
  const { tree, treeDigest, directories } = treeOf(output.content);
  await blobs.put(tree);
  for (const directory of directories.values()) await blobs.put(directory);
  return { ...output, treeDigest };
}

/** What it printed as files, as the engine takes it. */
export async function streamFiles(
  { stdout, stderr }: Streams,
  folder: string,
  blobs: BlobStore,
): Promise<{ readonly stdout?: string; readonly stderr?: string; release(): void }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const place = async (digest: Digest | undefined, name: string): Promise<string | undefined> => {
    const path = `${folder}/${name}`;
    return digest && (await blobs.materialize(digest, path, false)) ? path : undefined;
  };
  const [out, err] = [await place(stdout, 'stdout'), await place(stderr, 'stderr')];
  return {
    ...(out === undefined ? {} : { stdout: out }),
    ...(err === undefined ? {} : { stderr: err }),
    release: () => rmSync(folder, { recursive: true, force: true }),
  };
}
