import type { NodeFileFacts } from '../engine/file-facts.ts';
import type { EngineServices } from '../engine/services.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import type { LogStore } from './log-store.ts';

/** What builds with the engine, and what is to be known of it afterwards. */
export interface Engine {
  readonly services: EngineServices;
  readonly facts: NodeFileFacts;
  readonly logs: LogStore;
  readonly hostFingerprint: string;
  readonly host: Readonly<Record<string, string | null>>;
  toolVersions(): Readonly<Record<string, string>>;
  /** What else the answer "nothing changed" hangs on. */
  observed(): readonly SeenEntry[];
  /** What a remote cache was good for; absent: there is none. */
  remoteNumbers(): object | undefined;
  /** What a remote executor did; absent: there is none. */
  executorNumbers(): object | undefined;
  /** What is still being sent has arrived, or is given up. */
  settle(): Promise<void>;
  /** Troubles that did not stop anything, each once. */
  warnings(): readonly string[];
  /** Nothing more will run: its processes end while the rest is written down. */
  stopExecutor(): Promise<void>;
  /** Keeps what was found out about the machine, and the cache and the logs within their bounds. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}
