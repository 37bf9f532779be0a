import type { Digest } from '../../model/digest.ts';
import type { IsolationLevel } from '../../model/isolation.ts';
import type { OutputResult } from '../../model/result.ts';
import { WireReader } from '../wire-reader.ts';
import { demand, readDigest } from './digest.ts';
import { readDuration } from './duration.ts';
import { ISOLATION_TYPE, SIGNATURE_TYPE } from './encode-action-result.ts';

/** A result as the message has it: a directory's content lies in its Tree blob, not here. */
export interface ResultMessage {
  readonly files: readonly Extract<OutputResult, { kind: 'file' }>[];
  readonly trees: readonly { readonly path: string; readonly treeDigest: Digest }[];
  readonly stdout?: Digest;
  readonly stderr?: Digest;
  readonly isolation: IsolationLevel;
  readonly wallMs?: number;
  readonly maker?: string;
  /** What its producer may have signed it with; nobody has looked at it. */
  readonly signature?: Uint8Array;
}

/** Undefined: damaged, a failure, or something no result of ours has (links as outputs, two outputs at one path). */
export function decodeActionResult(bytes: Uint8Array): ResultMessage | undefined {
  const executed = decodeExecuted(bytes);
  return executed?.exitCode === 0 && !executed.hasLinks ? executed.message : undefined;
}

/** What an executor tells of a process that ended, well or not. */
export interface ExecutedMessage {
  readonly message: ResultMessage;
  /** Negative ones come as -1. */
  readonly exitCode: number;
  /** Outputs that are links themselves, which no result of ours has. */
  readonly hasLinks: boolean;
  /** Streams that came along instead of being named. */
  readonly stdoutRaw: Uint8Array;
  readonly stderrRaw: Uint8Array;
}

/** Undefined: damaged, or two outputs at one path. */
export function decodeExecuted(bytes: Uint8Array): ExecutedMessage | undefined {
  const reader = new WireReader(bytes);
  const files: Extract<OutputResult, { kind: 'file' }>[] = [];
  const trees: { path: string; treeDigest: Digest }[] = [];
  const rest: Metadata & { stdout?: Digest; stderr?: Digest } = { isolation: 0 };
  const seen = { exitCode: 0, hasLinks: false, stdoutRaw: new Uint8Array(), stderrRaw: new Uint8Array() };
  while (reader.next()) {
    if (reader.field === 2) files.push(readFile(reader));
    else if (reader.field === 3) trees.push(readTree(reader));
    else if (reader.field === 4) seen.exitCode = reader.signed();
    else if (reader.field === 5) seen.stdoutRaw = new Uint8Array(reader.bytes());
    else if (reader.field === 6) rest.stdout = readDigest(reader);
    else if (reader.field === 7) seen.stderrRaw = new Uint8Array(reader.bytes());
    else if (reader.field === 8) rest.stderr = readDigest(reader);
    else if (reader.field === 9) Object.assign(rest, readMetadata(reader));
    else if (reader.field >= 10 && reader.field <= 12) seen.hasLinks = true;
  }
  const paths = [...files, ...trees].map((output) => output.path);
  const good = reader.sound && paths.every(isRelativePath) && new Set(paths).size === paths.length;
  return good ? { message: { files, trees, ...rest }, ...seen } : undefined;
}

function readFile(parent: WireReader): Extract<OutputResult, { kind: 'file' }> {
  const reader = parent.message();
  let path = '';
  let digest: Digest | undefined;
  let executable = false;
  while (reader.next()) {
    if (reader.field === 1) path = reader.text();
    else if (reader.field === 2) digest = readDigest(reader);
    else if (reader.field === 4) executable = reader.flag();
  }
  return { kind: 'file', path, digest: demand(reader, digest), executable };
}

function readTree(parent: WireReader): { path: string; treeDigest: Digest } {
  const reader = parent.message();
  let path = '';
  let digest: Digest | undefined;
  while (reader.next()) {
    if (reader.field === 1) path = reader.text();
    else if (reader.field === 3) digest = readDigest(reader);
  }
  return { path, treeDigest: demand(reader, digest) };
}

function readMetadata(parent: WireReader): Metadata {
  const reader = parent.message();
  const metadata: Metadata = { isolation: 0 };
  let [began, ended] = [0, 0];
  while (reader.next()) {
    if (reader.field === 1) Object.assign(metadata, makerOf(reader.text()));
    else if (reader.field === 7) began = readDuration(reader);
    else if (reader.field === 8) ended = readDuration(reader);
    else if (reader.field === 11) readAuxiliary(reader, metadata);
    else if (reader.field === 12) metadata.wallMs = readDuration(reader);
  }
  // Executors tell when it began and ended; ours, how long it took.
  if (metadata.wallMs === undefined && began > 0 && ended >= began) metadata.wallMs = ended - began;
  return metadata;
}

interface Metadata {
  isolation: IsolationLevel;
  wallMs?: number;
  maker?: string;
  signature?: Uint8Array;
}

/** It is shown to people, and comes from wherever the cache is. */
const makerOf = (worker: string): { readonly maker?: string } =>
  /^[A-Za-z0-9._/-]{1,200}$/.test(worker) ? { maker: worker } : {};

/** What is neither ours nor known is passed over. A level that is not known here counts as none. */
function readAuxiliary(parent: WireReader, metadata: Metadata): void {
  const any = parent.message();
  let type = '';
  let level = 0;
  let signature: Uint8Array | undefined;
  while (any.next()) {
    if (any.field === 1) type = any.text();
    else if (any.field === 2 && type === ISOLATION_TYPE) level = readLevel(any);
    else if (any.field === 2 && type === SIGNATURE_TYPE) signature = new Uint8Array(any.bytes());
  }
  if (type === ISOLATION_TYPE) metadata.isolation = level === 1 || level === 2 ? level : 0;
  if (signature !== undefined) metadata.signature = signature;
}

function readLevel(parent: WireReader): number {
  const reader = parent.message();
  let level = 0;
  while (reader.next()) if (reader.field === 1) level = reader.number();
  return level;
}

const isRelativePath = (path: string): boolean =>
  !path.includes('\0') && path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
