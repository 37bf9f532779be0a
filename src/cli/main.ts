import { fileURLToPath } from 'node:url';
import { parseBuildArguments } from './build-arguments.ts';
import { cacheCode } from './code-cache.ts';
import { compileLess } from './compile-less.ts';
import { findRoot, forDownloads, requestKey, tryFastPath } from './fast-path.ts';
import { restAtOnce } from './rest-at-once.ts';

const startedAt = Date.now() - process.uptime() * 1000;

/** A build in which nothing changed must not pay for anything else that recomp can do: that answer is given right here. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === 'build') {
    const args = parseBuildArguments(argv.slice(1));
    const root = findRoot(process.cwd());
    if (typeof args !== 'string' && root !== undefined && args.patterns.length > 0 && !args.help) {
      const asked = requestKey(root, process.cwd(), args.patterns, args.sandbox, process.env);
      const request = forDownloads(asked, args.remoteDownload);
      const answer = tryFastPath(request, args, startedAt);
      if (answer.kind === 'up-to-date' && answer.told) process.exit(0);
      if (answer.kind === 'up-to-date') return 0;
      compileLess(process.versions.v8);
      cacheCode(fileURLToPath(import.meta.url), process.env);
      if (args.dryRun !== false)
        return (await import('./commands/dry-run.ts')).dryRunCommand(args, request, answer);
      const { buildCommand } = await import('./commands/build.ts');
      return buildCommand(args, request, answer, startedAt);
    }
  }
  cacheCode(fileURLToPath(import.meta.url), process.env);
  if (argv[0] === 'watch') restAtOnce(process.versions.v8);
  const { dispatch } = await import('./dispatch.ts');
  return dispatch(argv);
}

/** A build has nothing left to do, and taking its memory down in order costs more than some builds. All is written by now. */
function leave(argv: readonly string[], code: number): void {
  process.exitCode = code;
  if (argv[0] === 'build' && !argv.some((word) => word.startsWith('--json') || word.startsWith('--dry-run')))
    process.exit(code);
}

main(process.argv.slice(2)).then(
  (code) => leave(process.argv.slice(2), code),
  async (error: unknown) => {
    const code = (await import('./last-words.ts')).lastWords(error);
    process.stderr.write('', () => leave(process.argv.slice(2), code));
  },
);
