import { definePage } from '../command-page.ts';

export const cacheVerifyPage = definePage({
  name: 'cache verify',
  usage: ['[--json]', '--remote [PATTERN…] [--remote-cache URL] [--jobs N] [--json]'],
  about: [
    'Reads everything in the local cache again and removes what is damaged, which later builds then make anew; exit code 1 if there was any.',
    'With --remote: runs what the patterns name (default: //...), and all that it hangs on, as if there were no cache, and compares each outcome with what the remote cache holds for the same key. Nothing is taken from there, and nothing is sent. Exit code 1 if anything differs: then either the action is not deterministic (`recomp build --verify-determinism` tells), or somebody has put a false result there.',
  ],
  options: [
    { name: 'remote', text: 'Hold the remote cache’s results against what happens here.' },
    { name: 'remote-cache', value: 'URL', text: 'Which one. Default: [cache] remote of the workspace.' },
    { name: 'jobs', short: 'j', value: 'N', text: 'How many actions at once.' },
    { name: 'json', text: 'Print the report as JSON.' },
  ],
  examples: [
    ['recomp cache verify', 'the local cache'],
    ['recomp cache verify --remote //app:app', 'a sample of the remote one'],
  ],
  completes: 'targets',
});
