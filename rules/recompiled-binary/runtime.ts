/** Where build scripts put the C runtime, below the bundled tools. */
export const RUNTIME_HEADERS = 'runtime/include';
export const runtimeSource = (name: string): string => `runtime/src/${name}.c`;

/** Each is compiled by an action of its own. A rule cannot list a folder; a test holds this against what there is. */
export const RUNTIME_SOURCES = [
  'capture',
  'horizon-handles',
  'horizon-locks',
  'horizon-threads',
  'horizon',
  'host-stack',
  'interpret',
  'linux-descriptors',
  'linux-directories',
  'linux-memory',
  'linux-paths',
  'linux-processes',
  'linux-signals',
  'linux-system',
  'linux-threads',
  'linux',
  'main',
  'memory',
  'ranges',
  'script',
  'threads',
  'trace',
] as const;
