import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { digestBytes, sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { readDigest, writeDigest } from '../../src/fingerprint/reapi/digest.ts';
import { readDirectory } from '../../src/fingerprint/reapi/directory.ts';
import { readDuration } from '../../src/fingerprint/reapi/duration.ts';
import { treeOf } from '../../src/fingerprint/tree.ts';
import { WireReader } from '../../src/fingerprint/wire-reader.ts';
import { WireWriter } from '../../src/fingerprint/wire-writer.ts';
import type { Digest } from '../../src/model/digest.ts';
import type { TreeFile } from '../../src/model/result.ts';
import type { ExecuteRequest, Operation } from '../../src/protocol/execution.ts';
import {
  METADATA_HEADER,
  type RequestMetadata,
  requestMetadata,
} from '../../src/protocol/request-metadata.ts';

/**
 * An executor that knows the protocol and nothing of recomp: it lays out the input tree from what was uploaded, runs the
 * command there, and stores what came out. What a test wants to go wrong goes wrong at its hooks.
 */
export interface FakeExecutor {
  /** Every call, in order: `Execute`, `WaitExecution`, `CancelOperation`. */
  readonly calls: string[];
  /** What the calls were said to be for. */
  readonly about: RequestMetadata[];
  /** What each action that was run asked of its worker. */
  readonly platforms: Record<string, string>[];
  /** Every action that was really run. */
  readonly ran: string[];
  /** Asked at each call, before anything is done. */
  onCall: (call: string, count: number) => Fault | undefined;
  /** Asked before a command starts: awaited. */
  beforeRun: () => Promise<void> | void;
  /** Says from the start where it can be read what a command prints meanwhile. */
  streams: boolean;
  /** Asked at each Read of such a stream: the code with which it breaks once it has something to give. */
  onStream: (name: string, offset: number) => status | undefined;
  /** Commands that run are lost when it says so, each with this code. */
  lost: Promise<status> | undefined;
}

/** What goes wrong with a call. `break`: the stream ends with this code after the first message; the action goes on. */
export type Fault =
  | { readonly kind: 'refuse'; readonly code: status }
  | { readonly kind: 'break'; readonly code: status }
  | { readonly kind: 'status'; readonly code: status }
  /** Ends without a word. */
  | { readonly kind: 'hang-up' };

export interface ServerStream<T> {
  readonly request: T;
  readonly metadata: { get(name: string): readonly (string | Buffer)[] };
  write(message: Operation): void;
  end(): void;
  emit(name: 'error', error: unknown): void;
  on(name: 'cancelled', listener: () => void): void;
}

interface Job {
  readonly name: string;
  /** A worker has taken it. */
  readonly begun: Promise<void>;
  readonly printed: Readonly<Record<'stdout' | 'stderr', Growing>>;
  readonly done: Promise<Operation>;
  readonly end: () => void;
}

/** `held`: blobs by hash. The answers to the calls of the two services. */
export function fakeExecutor(held: {
  get(digest: Digest): Uint8Array | undefined;
  put(bytes: Uint8Array): Digest;
}) {
  const jobs = new Map<string, Job>();
  const known = new Map<string, Uint8Array>();
  const rig: FakeExecutor = {
    calls: [],
    about: [],
    platforms: [],
    ran: [],
    onCall: () => undefined,
    beforeRun: () => {},
    streams: false,
    onStream: () => undefined,
    lost: undefined,
  };
  const count = new Map<string, number>();
  const noted = (call: string): Fault | undefined => {
    rig.calls.push(call);
    count.set(call, (count.get(call) ?? 0) + 1);
    return rig.onCall(call, count.get(call) ?? 0);
  };
  const fail = (stream: Pick<ServerStream<unknown>, 'emit'>, code: status): void =>
    void stream.emit('error', { code, details: `the rig says ${status[code]}` });
  const follow = async (stream: ServerStream<unknown>, job: Job, fault: Fault | undefined): Promise<void> => {
    stream.write({ name: job.name, done: false, metadata: { stage: 2, stdoutStream: '', stderrStream: '' } });
    if (fault?.kind === 'break') {
      fail(stream, fault.code);
      return;
    }
    if (fault?.kind === 'hang-up') {
      stream.end();
      return;
    }
    if (fault?.kind === 'status')
      stream.write({
        name: job.name,
        done: true,
        response: { cached: false, message: '', status: { code: fault.code, message: 'the rig says so' } },
      });
    else {
      await job.begun;
      stream.write({
        name: job.name,
        done: false,
        metadata: {
          stage: 3,
          stdoutStream: rig.streams ? `${job.name}/stdout` : '',
          stderrStream: rig.streams ? `${job.name}/stderr` : '',
        },
      });
      stream.write(await job.done);
    }
    stream.end();
  };
  const execution = {
    Execute(stream: ServerStream<ExecuteRequest>): void {
      const fault = noted('Execute');
      const [about] = stream.metadata.get(METADATA_HEADER);
      if (typeof about === 'object') rig.about.push(requestMetadata.decode(about));
      if (fault?.kind === 'refuse') {
        fail(stream, fault.code);
        return;
      }
      const { actionDigest, skipCache } = stream.request;
      const job = startJob({ held, known, rig, actionDigest, skipCache });
      jobs.set(job.name, job);
      void follow(stream, job, fault);
    },
    WaitExecution(stream: ServerStream<{ name: string }>): void {
      const fault = noted('WaitExecution');
      const job = jobs.get(stream.request.name);
      if (fault?.kind === 'refuse') fail(stream, fault.code);
      else if (!job) fail(stream, status.NOT_FOUND);
      else void follow(stream, job, fault);
    },
  };
  const operations = {
    CancelOperation(
      call: { request: { name: string } },
      callback: (error: { code: status; details: string } | null, value?: object) => void,
    ): void {
      const fault = noted('CancelOperation');
      jobs.get(call.request.name)?.end();
      if (fault?.kind === 'refuse') callback({ code: fault.code, details: '' });
      else callback(null, {});
    },
  };
  return {
    rig,
    execution,
    operations,
    /** False: it names no stream of a command. */
    read(resource: string, offset: number, to: Reader): boolean {
      const [, name = '', which] = /^(.+)\/(stdout|stderr)$/.exec(resource) ?? [];
      const printed = which === 'stdout' || which === 'stderr' ? jobs.get(name)?.printed[which] : undefined;
      if (!printed) return false;
      const code = rig.onStream(resource, offset);
      printed.readFrom(offset, {
        write(message) {
          to.write(message);
          if (code !== undefined) fail(to, code);
        },
        end: () => to.end(),
      });
      return true;
    },
    close: () => {
      for (const job of jobs.values()) job.end();
    },
  };
}

interface Reader {
  write(message: { readonly data: Uint8Array }): void;
  end(): void;
  emit(name: 'error', error: unknown): void;
}

/** What a command prints, for whoever wants to read it while it does. */
class Growing {
  #bytes = Buffer.alloc(0);
  #over = false;
  readonly #readers = new Set<Omit<Reader, 'emit'>>();

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (const reader of this.#readers) reader.write({ data: chunk });
  }

  end(): void {
    this.#over = true;
    for (const reader of this.#readers) reader.end();
  }

  readFrom(offset: number, reader: Omit<Reader, 'emit'>): void {
    if (offset < this.#bytes.length) reader.write({ data: this.#bytes.subarray(offset) });
    if (this.#over) reader.end();
    else this.#readers.add(reader);
  }
}

interface JobRequest {
  readonly held: { get(digest: Digest): Uint8Array | undefined; put(bytes: Uint8Array): Digest };
  readonly known: Map<string, Uint8Array>;
  readonly rig: FakeExecutor;
  readonly actionDigest: Digest;
  readonly skipCache: boolean;
}

let serial = 0;

function startJob(request: JobRequest): Job {
  const name = `operations/${serial++}`;
  const printed = { stdout: new Growing(), stderr: new Growing() };
  const child: Child = { printed };
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const response = async (): Promise<Operation['response']> => {
    const cached = request.skipCache ? undefined : request.known.get(request.actionDigest.hash);
    if (cached) begin();
    if (cached) return { cached: true, result: cached, message: '', status: { code: 0, message: '' } };
    try {
      await request.rig.beforeRun();
      begin();
      const running = runAction(request, child);
      const lost = await Promise.race([
        running.then(() => undefined),
        request.rig.lost ?? running.then(() => undefined),
      ]);
      if (lost !== undefined) {
        running.catch(() => {});
        return { cached: false, message: '', status: { code: lost, message: 'the rig lost its worker' } };
      }
      const { result, timedOut, doNotCache } = await running;
      const code = timedOut ? status.DEADLINE_EXCEEDED : 0;
      if (!timedOut && !doNotCache && !isFailure(result))
        request.known.set(request.actionDigest.hash, result);
      return { cached: false, result, message: '', status: { code, message: '' } };
    } catch (error) {
      const code = error instanceof Missing ? status.FAILED_PRECONDITION : status.INTERNAL;
      return { cached: false, message: '', status: { code, message: String(error) } };
    }
  };
  return {
    name,
    begun,
    printed,
    done: response().then((found) => ({ name, done: true, ...(found && { response: found }) })),
    end: () => {
      child.ended = true;
      if (child.process?.pid !== undefined) killGroup(child.process.pid);
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

const isFailure = (result: Uint8Array): boolean => {
  const reader = new WireReader(result);
  while (reader.next()) if (reader.field === 4) return true;
  return false;
};

interface Child {
  readonly printed: Job['printed'];
  process?: ChildProcess;
  ended?: boolean;
}

/** A blob that an action needs was not uploaded. */
class Missing extends Error {}

async function runAction(
  { held, rig, actionDigest }: JobRequest,
  child: Child,
): Promise<{ result: Uint8Array; timedOut: boolean; doNotCache: boolean }> {
  const blob = (digest: Digest): Uint8Array => {
    const bytes = digest.size === 0 ? new Uint8Array() : held.get(digest);
    if (!bytes) throw new Missing(`blobs/${digest.hash}/${digest.size}`);
    return bytes;
  };
  const action = readAction(blob(actionDigest));
  const command = readCommand(blob(action.command));
  const root = mkdtempSync(join(tmpdir(), 'recomp-worker-'));
  try {
    layOut(root, blob(action.inputRoot), blob);
    for (const path of command.outputs) mkdirSync(dirname(join(root, path)), { recursive: true });
    rig.ran.push(command.outputs.join(' '));
    rig.platforms.push(action.platform);
    const ended = await start(root, command, action.timeoutMs, child);
    const writer = new WireWriter(4096);
    for (const path of command.files) writeFileOutput(writer, root, path, held);
    for (const path of command.folders) writeFolderOutput(writer, root, path, held);
    writer.number(4, ended.code);
    writeDigest(writer, 6, held.put(ended.stdout));
    writer.bytes(7, new Uint8Array());
    writeDigest(writer, 8, held.put(ended.stderr));
    const metadata = writer.open(9);
    writer.text(1, 'the-rig');
    writer.close(metadata);
    return { result: writer.copy(), timedOut: ended.timedOut, doNotCache: action.doNotCache };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

interface Command {
  readonly argv: string[];
  readonly env: Record<string, string>;
  readonly files: string[];
  readonly folders: string[];
  readonly outputs: string[];
}

function start(
  cwd: string,
  { argv, env }: Command,
  timeoutMs: number,
  child: Child,
): Promise<{ code: number; timedOut: boolean; stdout: Buffer; stderr: Buffer }> {
  const [program = '', ...words] = argv;
  return new Promise((resolve, reject) => {
    // What a worker's image has to have is made up here: a place for temporary files.
    const started = spawn(program, words, { cwd, env: { ...env, TMPDIR: '/tmp' }, detached: true });
    child.process = started;
    if (child.ended === true && started.pid !== undefined) killGroup(started.pid);
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    let timedOut = false;
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            timedOut = true;
            if (started.pid !== undefined) killGroup(started.pid);
          }, timeoutMs)
        : undefined;
    for (const [stream, into] of [
      ['stdout', out],
      ['stderr', err],
    ] as const) {
      started[stream].on('data', (chunk: Buffer) => {
        into.push(chunk);
        child.printed[stream].add(chunk);
      });
      started[stream].once('end', () => child.printed[stream].end());
    }
    started.once('error', reject);
    started.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 137, timedOut, stdout: Buffer.concat(out), stderr: Buffer.concat(err) });
    });
  });
}

function layOut(folder: string, message: Uint8Array, blob: (digest: Digest) => Uint8Array): void {
  const directory = readDirectory(message);
  if (!directory) throw new Error('a damaged Directory');
  for (const file of directory.files) {
    writeFileSync(join(folder, file.name), blob(file.digest));
    chmodSync(join(folder, file.name), file.executable ? 0o555 : 0o444);
  }
  for (const { name, digest } of directory.directories) {
    mkdirSync(join(folder, name));
    layOut(join(folder, name), blob(digest), blob);
  }
}

function writeFileOutput(
  writer: WireWriter,
  root: string,
  path: string,
  held: { put(bytes: Uint8Array): Digest },
): void {
  const at = join(root, path);
  const stat = statSync(at, { throwIfNoEntry: false });
  if (!stat?.isFile()) return;
  const start = writer.open(2);
  writer.text(1, path);
  writeDigest(writer, 2, held.put(readFileSync(at)));
  writer.flag(4, (stat.mode & 0o100) !== 0);
  writer.close(start);
}

function writeFolderOutput(
  writer: WireWriter,
  root: string,
  path: string,
  held: { put(bytes: Uint8Array): Digest },
): void {
  const at = join(root, path);
  if (!statSync(at, { throwIfNoEntry: false })?.isDirectory()) return;
  const files: TreeFile[] = [];
  for (const entry of readdirSync(at, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const digest = held.put(readFileSync(file));
    files.push({
      path: file.slice(at.length + 1),
      digest,
      executable: (statSync(file).mode & 0o100) !== 0,
    });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const start = writer.open(3);
  writer.text(1, path);
  writeDigest(writer, 3, held.put(treeOf({ files, links: [], emptyDirs: [] }).tree));
  writer.close(start);
}

function readAction(bytes: Uint8Array) {
  const reader = new WireReader(bytes);
  const platform: Record<string, string> = {};
  const found = {
    command: digestBytes(bytes),
    inputRoot: digestBytes(bytes),
    timeoutMs: 0,
    doNotCache: false,
  };
  while (reader.next()) {
    if (reader.field === 1) found.command = readDigest(reader);
    else if (reader.field === 2) found.inputRoot = readDigest(reader);
    else if (reader.field === 6) found.timeoutMs = readDuration(reader);
    else if (reader.field === 7) found.doNotCache = reader.flag();
    else if (reader.field === 10) {
      const properties = reader.message();
      while (properties.next()) if (properties.field === 1) readPair(properties, platform);
    }
  }
  return { ...found, platform };
}

/** { name 1, value 2 }. */
function readPair(parent: WireReader, into: Record<string, string>): void {
  const pair = parent.message();
  let [name, value] = ['', ''];
  while (pair.next()) {
    if (pair.field === 1) name = pair.text();
    else if (pair.field === 2) value = pair.text();
  }
  into[name] = value;
}

function readCommand(bytes: Uint8Array): Command {
  const reader = new WireReader(bytes);
  const command: Command = { argv: [], env: {}, files: [], folders: [], outputs: [] };
  while (reader.next()) {
    if (reader.field === 1) command.argv.push(reader.text());
    else if (reader.field === 2) readPair(reader, command.env);
    else if (reader.field === 3) command.files.push(reader.text());
    else if (reader.field === 4) command.folders.push(reader.text());
    else if (reader.field === 7) command.outputs.push(reader.text());
  }
  return command;
}

export const holding = (map: Map<string, Buffer>) => ({
  get: ({ hash }: Digest): Uint8Array | undefined => map.get(`/cas/${hash}`),
  put: (bytes: Uint8Array): Digest => {
    map.set(`/cas/${sha256(bytes)}`, Buffer.from(bytes));
    return digestBytes(bytes);
  },
});
