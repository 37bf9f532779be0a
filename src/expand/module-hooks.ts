import Module, { type LoadHook, type ResolveHook, register } from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { type ImportRecord, moduleGuard, type ResolveContext, type Resolved } from './module-guard.ts';

export interface HookSettings {
  readonly workspaceUrl: string;
  readonly rulesUrl: string;
}

/**
 * Puts the guard between rule packages and Node's loader, and returns a way to read what was imported since.
 * Where Node can, in this thread; before Node 22.15, hooks run in a thread of their own and report through a port.
 */
export function installHooks(settings: HookSettings, thisModule: string): () => ImportRecord[] {
  const registerHooks: unknown = Reflect.get(Module, 'registerHooks');
  return isRegisterHooks(registerHooks)
    ? hooksInThread(registerHooks, settings)
    : hooksBeside(settings, thisModule);
}

/** `module.registerHooks`, which the types of the oldest Node we run on do not know. */
type RegisterHooks = (hooks: {
  resolve(specifier: string, context: ResolveContext, next: NextResolve): SyncResolved;
  load(url: string, context: object, next: (url: string, context: object) => Loaded): Loaded;
}) => void;
type NextResolve = (specifier: string, context: ResolveContext) => SyncResolved;
type SyncResolved = Resolved & { readonly shortCircuit?: boolean };
type Loaded = { readonly format?: string | null };

const isRegisterHooks = (value: unknown): value is RegisterHooks => typeof value === 'function';

function hooksInThread(registerHooks: RegisterHooks, settings: HookSettings): () => ImportRecord[] {
  let records: ImportRecord[] = [];
  const guard = moduleGuard({ ...settings, record: (edge) => records.push(edge) });
  registerHooks({
    resolve: (specifier, context, next) => {
      const decision = guard.before(specifier, context.parentURL);
      if (decision === undefined) return next(specifier, context);
      if ('url' in decision) return { url: decision.url, shortCircuit: true };
      const resolved = next(decision.ask, { ...context, parentURL: decision.parent });
      guard.after(specifier, context.parentURL, resolved);
      return resolved;
    },
    load: (url, context, next) => {
      const loaded = next(url, context);
      guard.checkFormat(url, loaded.format);
      return loaded;
    },
  });
  return () => {
    const taken = records;
    records = [];
    return taken;
  };
}

interface SideThreadData extends HookSettings {
  readonly port: MessagePort;
}

function hooksBeside(settings: HookSettings, thisModule: string): () => ImportRecord[] {
  const { port1, port2 } = new MessageChannel();
  const data: SideThreadData = { ...settings, port: port2 };
  register(thisModule, { data, transferList: [port2] });
  port1.unref();
  return () => {
    const records: ImportRecord[] = [];
    for (let got = receiveMessageOnPort(port1); got !== undefined; got = receiveMessageOnPort(port1))
      records.push(got.message);
    return records;
  };
}

/** The hooks of a thread beside; Node calls these by their names when the module is registered. */
let side: ReturnType<typeof moduleGuard> | undefined;

export function initialize({ port, ...settings }: SideThreadData): void {
  side = moduleGuard({ ...settings, record: (edge) => port.postMessage(edge) });
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  const decision = side?.before(specifier, context.parentURL);
  if (decision === undefined) return next(specifier, context);
  if ('url' in decision) return { url: decision.url, shortCircuit: true };
  const resolved = await next(decision.ask, { ...context, parentURL: decision.parent });
  side?.after(specifier, context.parentURL, resolved);
  return resolved;
};

export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context);
  side?.checkFormat(url, loaded.format);
  return loaded;
};
