import { definePage } from '../command-page.ts';

export const cachePage = definePage({
  name: 'cache',
  usage: [
    'stats [--json]',
    'gc [--max-size SIZE] [--max-age AGE] [--json]',
    'verify [--json] [--remote [PATTERN…]]',
    'serve --dir DIR [OPTION…]',
  ],
  about: [
    'The local cache lies in $RECOMP_CACHE_DIR (a relative one is meant from the workspace’s root), else in $XDG_CACHE_HOME/recomp, else in ~/.cache/recomp, and serves all workspaces of a user. Each build keeps it within [cache] max_size by itself. All of this may be done while builds run.',
    'stats: what it holds. gc: removes what was not used for longest until the limits are kept; what was used within the last ten minutes stays. verify: reads everything again and removes what is damaged, which later builds then make anew; exit code 1 if there was any; with --remote it compares a remote cache’s results with what happens here, see `recomp help cache verify`. serve: shares a cache over the network; `recomp help cache serve` says how.',
  ],
  options: [
    {
      name: 'max-size',
      value: 'SIZE',
      text: 'gc: keep at most this much: 20GB, 512MiB. Default: [cache] max_size of the workspace, else 20GB.',
    },
    {
      name: 'max-age',
      value: 'AGE',
      text: 'gc: remove what was not used for so long: 30d, 12h. Default: [cache] max_age_days, else no limit.',
    },
    { name: 'json', text: 'Print the report as JSON.' },
  ],
  examples: [
    ['recomp cache stats', 'how large it is'],
    ['recomp cache gc --max-size 5GB', 'makes it smaller'],
    ['recomp cache gc --max-age 14d', 'drops what nobody has used for two weeks'],
  ],
  completes: ['stats', 'gc', 'verify', 'serve'],
});
