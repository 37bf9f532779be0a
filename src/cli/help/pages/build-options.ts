import type { OptionPage } from '../command-page.ts';

/** How things are built, whatever for. */
export const BUILD_OPTIONS = [
  {
    name: 'jobs',
    short: 'j',
    value: 'N',
    text: 'Run at most N actions at once. Default: as many as there are processors.',
  },
  { name: 'keep-going', short: 'k', text: 'After a failure, go on with what does not depend on it.' },
  { name: 'force', text: 'Run every action, even one whose result is known.' },
  {
    name: 'sandbox',
    value: 'MODE',
    words: ['auto', 'required', 'off'],
    text: 'How actions are kept to what they declare: auto (the best this machine can do), required (fail without namespaces) or off.',
  },
  { name: 'keep-sandbox', text: 'Leave the folder of a failed action behind and say how to enter it.' },
  { name: 'verify-determinism', text: 'Run every action twice; one whose outputs differ has failed.' },
  {
    name: 'remote-cache',
    value: 'URL',
    text: 'Share results through this cache: grpc(s)://, http(s):// or s3://.',
  },
  { name: 'remote-executor', value: 'URL', text: 'Run actions there: grpc:// or grpcs://.' },
  {
    name: 'strategy',
    value: 'WHERE',
    words: ['auto', 'remote', 'race', 'local'],
    text: 'Where actions run that may: auto (there, and here what cannot run there), remote (there or not at all), race (both, the first that ends counts) or local (here).',
  },
  {
    name: 'remote-download',
    value: 'WHAT',
    words: ['all', 'toplevel', 'minimal'],
    text: 'Which outputs are fetched that the remote cache has: all, those of the targets named here (toplevel), or only those that something which runs here reads (minimal).',
  },
  { name: 'no-remote', text: 'Use no remote cache and no remote executor.' },
  { name: 'explain', text: 'Say for each action why it runs.' },
  {
    name: 'profile',
    value: 'FILE',
    text: 'Write a trace of the build that browsers can show (Chrome trace format).',
  },
  { name: 'events', value: 'FILE', text: 'Write what happens as JSON, an event a line.' },
] as const satisfies readonly OptionPage[];
