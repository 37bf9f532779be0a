/** What is left of `process`: enough for libraries that look at it, nothing that reaches out. */
const PROCESS = {
  env: Object.freeze({}),
  argv: Object.freeze([]),
  platform: 'linux',
  versions: Object.freeze({}),
};

const REMOVED = [
  'fetch',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'Request',
  'Response',
  'BroadcastChannel',
  'MessageChannel',
  'Worker',
  'crypto',
  'performance',
  'navigator',
  'localStorage',
  'sessionStorage',
];
/** Their answers differ between machines. */
const LOCALE_METHODS = ['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase'];

/**
 * Takes from this thread whatever would make a rule's answer depend on more than its arguments. A fence against
 * mistakes, not against malice: rule packages are trusted code.
 */
export function purifyGlobals(): void {
  for (const name of REMOVED) Reflect.deleteProperty(globalThis, name);
  define(globalThis, 'process', Object.freeze(PROCESS));
  define(Math, 'random', impure('Math.random()'));
  define(globalThis, 'Date', pureDate(Date));
  for (const method of LOCALE_METHODS)
    define(String.prototype, method, impure(`String.prototype.${method}()`));
}

const define = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, writable: false, configurable: false, enumerable: false });
};

const impure = (what: string) => (): never => {
  throw new Error(`expansion is pure: ${what} would make it depend on more than the target`);
};

/** Dates that are given are fine; the current one is not. */
function pureDate(real: DateConstructor): DateConstructor {
  const now = impure('the current time');
  return new Proxy(real, {
    apply: now,
    construct: (target, args, newTarget) =>
      args.length === 0 ? now() : Reflect.construct(target, args, newTarget),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
}
