import { statSync } from 'node:fs';
import { nearest } from '../../base/nearest.ts';
import { StorageFailure } from '../../ports/storage-failure.ts';
import { cacheDirectory } from '../../store/cache-directory.ts';
import { collectGarbage } from '../../store/gc.ts';
import { cacheStats } from '../../store/stats.ts';
import { verifyCache } from '../../store/verify.ts';
import { cacheReport } from '../cache-report.ts';
import { findRoot } from '../fast-path.ts';
import { cachePage } from '../help/pages/cache.ts';
import { cacheVerifyPage } from '../help/pages/cache-verify.ts';
import { renderPage } from '../help/render-page.ts';
import { say } from '../print.ts';
import { readWords, type Words } from '../read-words.ts';
import { usageFault } from '../usage-fault.ts';

const ACTIONS = ['stats', 'gc', 'verify'] as const;
type Action = (typeof ACTIONS)[number];
type CacheWords = Words<'max-size' | 'max-age' | 'json'>;

/** `recomp cache stats|gc|verify|serve`. */
export async function cacheCommand(argv: readonly string[]): Promise<number> {
  if (argv[0] === 'serve') return (await import('../cache-serve.ts')).cacheServe(argv.slice(1));
  if (argv[0] === 'verify' && argv.includes('--remote')) return verifyRemoteCache(argv.slice(1));
  const words = readWords(cachePage, argv);
  if (typeof words === 'string') return usageFault('cache', words);
  const [name, surplus] = words.positionals;
  if (name === undefined) {
    process.stdout.write(renderPage(cachePage));
    return 0;
  }
  const action = ACTIONS.find((known) => known === name);
  if (action === undefined) return usageFault('cache', unknownAction(name));
  if (surplus !== undefined)
    return usageFault('cache', `\`recomp cache ${name}\` takes no further words: ${surplus}`);
  if (action !== 'gc' && (words.value('max-size') ?? words.value('max-age')) !== undefined)
    return usageFault('cache', '--max-size and --max-age are for `recomp cache gc`');
  try {
    return await perform(action, words);
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
    say(error.message);
    return 4;
  }
}

async function verifyRemoteCache(argv: readonly string[]): Promise<number> {
  const words = readWords(cacheVerifyPage, argv);
  if (typeof words === 'string') return usageFault('cache verify', words);
  const { verifyRemote } = await import('../cache-verify-remote.ts');
  return verifyRemote({
    patterns: words.positionals,
    remoteCache: words.value('remote-cache'),
    jobs: words.value('jobs'),
    json: words.has('json'),
  });
}

function unknownAction(name: string): string {
  const near = nearest(name, [...ACTIONS, 'serve']);
  return `there is no \`recomp cache ${name}\`${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** A folder that cannot be looked at is left to whoever opens it. */
function isOtherThanFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return false;
  }
}

async function perform(action: Action, words: CacheWords): Promise<number> {
  const directory = cacheDirectory(process.env, findRoot(process.cwd()) ?? process.cwd());
  if (isOtherThanFolder(directory)) {
    say(`${directory} is not a folder, so there can be no cache; RECOMP_CACHE_DIR names another`);
    return 4;
  }
  const print = (text: string): void => void process.stdout.write(text);
  const json = words.has('json');
  if (action === 'stats') {
    print(cacheReport.stats(await cacheStats(directory), Date.now(), json));
    return 0;
  }
  if (action === 'gc') {
    const { readLimits } = await import('../cache-limits.ts');
    const limits = await readLimits(words.value('max-size'), words.value('max-age'));
    if (typeof limits === 'string') return usageFault('cache', limits);
    if (limits === undefined) return 2;
    print(cacheReport.gc(directory, await collectGarbage(directory, limits), json));
    return 0;
  }
  const report = await verifyCache(directory, (damage) =>
    say(`damaged, and removed: ${damage.path} (${damage.problem})`),
  );
  print(cacheReport.verify(directory, report, json));
  return report.damagedBlobs + report.damagedResults > 0 ? 1 : 0;
}
