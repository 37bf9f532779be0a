import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { ExecutionStrategy, WorkspaceConfig } from '../model/workspace.ts';
import type { Executor } from '../ports/executor.ts';
import { parseAddress, type RemoteAddress } from '../remote/address.ts';
import { type Credentials, readCredentials } from '../remote/credentials.ts';
import { atMost } from '../remote/execution/at-most.ts';
import { mixedExecutor } from '../remote/execution/mixed-executor.ts';
import type { RemoteExecutor } from '../remote/execution/remote-executor.ts';
import { isRemoteFault, type RemoteFault } from '../remote/fault.ts';
import type { AdoptingStore } from '../remote/fetch-blobs.ts';
import { withHelp } from '../remote/lazy-transport.ts';

export interface ExecutorChoice {
  readonly url: string;
  readonly strategy: Exclude<ExecutionStrategy, 'local'>;
  /** How many actions may be there, and here, at once. */
  readonly width: { readonly there: number; readonly here: number };
  /** The remote cache, for executors that keep no blobs. */
  readonly cacheUrl: string | undefined;
  readonly cache: Pick<WorkspaceConfig['cache'], 'credentialHelper' | 'signers' | 'compression'>;
  /** How long its queue may stand still before what waits there runs here. */
  readonly queueWaitMs: number;
  /** For what actions print; this process's own. */
  readonly folder: string;
}

/** What a remote executor adds to a build. */
export interface ExecutorParts {
  readonly name: string;
  /** How many actions may run at once, here and there. */
  readonly width: number;
  /** This machine, and the cluster beside it. */
  over(local: Executor): Executor;
  numbers(): object;
  warnings(): readonly string[];
  close(): void;
}

/** A string is what is wrong with what was configured. */
export function composeExecutor(choice: ExecutorChoice, local: AdoptingStore): ExecutorParts | string {
  const address = parseAddress(choice.url);
  if (!address.ok) return `the remote executor: ${address.error}`;
  if (address.value.scheme !== 'grpc') return 'the remote executor: expected grpc:// or grpcs://';
  const credentials = readCredentials(process.env);
  if (!credentials.ok) return credentials.error;
  const cluster = new LazyCluster(address.value, credentials.value, choice, local);
  const { there, here } = choice.width;
  return {
    name: address.value.shown,
    width: there + here,
    over: (executor) =>
      mixedExecutor({
        local: atMost(here, executor),
        remote: cluster,
        strategy: choice.strategy,
        name: address.value.shown,
        onFallback: (why) => cluster.passedOver(why),
      }),
    numbers: () => cluster.numbers(),
    warnings: () => cluster.warnings(),
    close: () => cluster.close(),
  };
}

/** Nothing of it is loaded, and nobody is called, before something is to run there. */
class LazyCluster implements Pick<RemoteExecutor, 'run'> {
  readonly #address: RemoteAddress;
  readonly #credentials: Credentials;
  readonly #choice: ExecutorChoice;
  readonly #local: AdoptingStore;
  #opening: Promise<RemoteExecutor> | undefined;
  #open: RemoteExecutor | undefined;
  #trouble: RemoteFault | undefined;
  #passedOver = 0;
  #downloaded = 0;

  constructor(
    address: RemoteAddress,
    credentials: Credentials,
    choice: ExecutorChoice,
    local: AdoptingStore,
  ) {
    this.#address = address;
    this.#credentials = credentials;
    this.#choice = choice;
    this.#local = local;
  }

  async run(...words: Parameters<RemoteExecutor['run']>): ReturnType<RemoteExecutor['run']> {
    try {
      this.#opening ??= this.#load();
      return await (await this.#opening).run(...words);
    } catch (error) {
      if (!isRemoteFault(error)) throw error;
      return { kind: 'not-there', why: error };
    }
  }

  passedOver(why: RemoteFault): void {
    this.#passedOver++;
    if (!this.#trouble || this.#trouble.kind === 'given-up') this.#trouble = why;
  }

  numbers(): object {
    const { executed = 0, cached = 0, failed = 0, faults = 0 } = this.#open?.tally ?? {};
    return {
      executed,
      cached,
      failed,
      ran_here_instead: this.#passedOver,
      uploaded_bytes: this.#open?.uploadedBytes ?? 0,
      downloaded_bytes: this.#downloaded,
      faults,
    };
  }

  warnings(): readonly string[] {
    if (!this.#trouble) return [];
    const count = this.#passedOver === 1 ? '1 action' : `${this.#passedOver} actions`;
    return [
      `the remote executor ${this.#address.shown} did not run ${count} (${this.#trouble.message}); ${this.#passedOver === 1 ? 'it' : 'they'} ran here instead`,
    ];
  }

  close(): void {
    this.#open?.close();
    rmSync(this.#choice.folder, { recursive: true, force: true });
  }

  async #load(): Promise<RemoteExecutor> {
    const { cache, cacheUrl, folder } = this.#choice;
    const { credentialHelper: helper } = cache;
    const { openRemoteExecutor } = await import('../remote/execution/open-remote-executor.ts');
    this.#open = await openRemoteExecutor({
      address: this.#address,
      blobsAt: grpcAddress(cacheUrl),
      credentials: await withHelp(this.#address, {
        ...this.#credentials,
        ...(helper === undefined ? {} : { helper }),
      }),
      invocation: randomUUID(),
      local: this.#local,
      // Where results must be signed, one that lies there may be anybody's.
      compression: cache.compression,
      queueWaitMs: this.#choice.queueWaitMs,
      isOnlyOne: this.#choice.strategy === 'remote',
      believesCache: Object.keys(cache.signers).length === 0,
      folder,
      onBytes: (count) => {
        this.#downloaded += count;
      },
    });
    return this.#open;
  }
}

function grpcAddress(url: string | undefined): RemoteAddress | undefined {
  const address = url === undefined ? undefined : parseAddress(url);
  return address?.ok && address.value.scheme === 'grpc' ? address.value : undefined;
}
