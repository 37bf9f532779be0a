import type { Digest } from '../model/digest.ts';
import type { SandboxKind } from '../model/isolation.ts';
import type { ActionResult } from '../model/result.ts';

/** Something to lay into the execution root, read-only. `at` is relative to it. */
export type StagedInput =
  | {
      readonly kind: 'file';
      readonly at: string;
      readonly from: string;
      readonly size: number;
      readonly executable: boolean;
    }
  /** A whole folder on the host, laid at `at`. */
  | { readonly kind: 'tree'; readonly at: string; readonly from: string }
  | { readonly kind: 'bytes'; readonly at: string; readonly bytes: Uint8Array; readonly executable: boolean };

/** A host tool: `name` on the action's PATH starts `path`; `files` (absolute) must be visible to it. */
export interface StagedTool {
  readonly name: string;
  readonly path: string;
  readonly files: readonly string[];
}

/** A blob that a worker needs, and where its bytes are here. */
export type BlobSource =
  | { readonly digest: Digest; readonly bytes: Uint8Array }
  | { readonly digest: Digest; readonly path: string };

/** An action in the messages of the Remote Execution API: what makes its key is what is sent. */
export interface WireAction {
  readonly action: Digest;
  /** The messages themselves and every input, by hash. */
  readonly blobs: ReadonlyMap<string, BlobSource>;
}

/** Of an action that may run on another machine. */
export interface RemoteForm {
  readonly target: string;
  readonly mnemonic: string;
  /** Run it although its result is known there. */
  readonly fresh: boolean;
  /** Its outputs may stay where they are made. */
  readonly mayStay: boolean;
  wire(): WireAction;
}

export interface ExecutionRequest {
  /** For folder names and messages: letters, digits, `-`, `_`, `.`. */
  readonly id: string;
  readonly argv: readonly string[];
  /** Without PATH, HOME and TMPDIR, which the executor sets. */
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: readonly StagedInput[];
  readonly outputs: readonly { readonly path: string; readonly tree: boolean }[];
  readonly tools: readonly StagedTool[];
  readonly network: boolean;
  readonly timeoutMs?: number;
  /** Leave the folder of a failed action behind and say where it is. */
  readonly keepOnFailure: boolean;
  /** Absent: it must not leave this machine. */
  readonly remote?: RemoteForm;
  /**
   * Inputs that are not on this machine yet lie at their places afterwards; or the path of one that nobody has any more. Absent:
   * all of them are here.
   */
  readonly bring?: () => Promise<string | undefined>;
  /** Told what it prints while it runs, by those that can: now and then the last whole line. */
  readonly said?: (line: string) => void;
}

export type ExecutionEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' }
  /** The process never ran as asked: the sandbox itself failed. */
  | { readonly kind: 'sandbox-failed'; readonly message: string; readonly help?: string }
  /** No machine would run it, and it may not run here. */
  | { readonly kind: 'not-run'; readonly message: string; readonly help: string }
  /** An input, by its path below the execution root, was no longer there. */
  | { readonly kind: 'input-missing'; readonly path: string };

export interface ExecutionOutcome {
  readonly end: ExecutionEnd;
  /** It ended on another machine, or somebody else's run of it there was taken (`cached`). */
  readonly elsewhere?: {
    readonly cached: boolean;
    /** Of a success: there is no output root; every blob it names can be had from the store. */
    readonly result?: ActionResult;
  };
  /** Outputs lie at `outputRoot/<output path>`. */
  readonly outputRoot: string;
  /** Absolute paths of the captured streams; absent when empty. */
  readonly stdout?: string;
  readonly stderr?: string;
  /** What it wrote and had not declared, relative to the execution root, sorted; dropped. */
  readonly undeclared: readonly string[];
  /** Inputs that the action changed although it must not (its own copies; the originals are safe); absent when none. */
  readonly modifiedInputs?: readonly string[];
  readonly wallMs: number;
  /** With `keepOnFailure`, after a failure: the folder, and a shell command that enters it. */
  readonly kept?: { readonly folder: string; readonly enter: string };
  /** Must be called once outputs and streams have been read. */
  release(): void;
}

/** Runs processes, each shut in with what it declared. */
export interface Executor {
  readonly kind: SandboxKind;
  /** Not all that it runs needs its inputs on this machine: it asks for them itself. */
  readonly asksForInputs?: boolean;
  /** Aborting `signal` ends the whole process tree; the outcome is then `cancelled`. */
  run(request: ExecutionRequest, signal: AbortSignal): Promise<ExecutionOutcome>;
  /**
   * Starts beforehand what the first action will need, so that this happens while the engine is still planning. Optional to
   * call, and only worth it when something is going to run.
   */
  warm?(): void;
  /** Ends what still runs and removes everything it made. */
  close(): Promise<void>;
}
