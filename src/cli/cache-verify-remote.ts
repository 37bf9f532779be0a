import { parseBuildArguments } from './build-arguments.ts';
import { buildCommand } from './commands/build.ts';
import { requestKey, tryFastPath } from './fast-path.ts';
import { say } from './print.ts';
import { processStart } from './process-start.ts';
import { requireRoot } from './require-root.ts';
import { ResultAudit } from './result-audit.ts';
import { usageFault } from './usage-fault.ts';

export interface VerifyRemoteWords {
  readonly patterns: readonly string[];
  readonly remoteCache: string | undefined;
  readonly jobs: string | undefined;
  readonly json: boolean;
}

type Report = ReturnType<ResultAudit['report']>;

/** `recomp cache verify --remote`: a build in which everything runs, and every outcome is compared. */
export async function verifyRemote(words: VerifyRemoteWords): Promise<number> {
  const { remoteCache, jobs } = words;
  const args = parseBuildArguments([
    '--force',
    '--keep-going',
    ...(remoteCache === undefined ? [] : [`--remote-cache=${remoteCache}`]),
    ...(jobs === undefined ? [] : [`--jobs=${jobs}`]),
    ...(words.patterns.length === 0 ? ['//...'] : words.patterns),
  ]);
  if (typeof args === 'string') return usageFault('cache verify', args);
  const root = requireRoot();
  if (root === undefined) return 2;
  const request = requestKey(root, process.cwd(), args.patterns, args.sandbox, process.env);
  const known = tryFastPath(request, args, processStart());
  const audit = new ResultAudit();
  const code = await buildCommand(args, request, known, processStart(), {
    command: 'recomp cache verify --remote',
    audit,
  });
  const report = audit.report();
  if (report.remote === undefined) {
    if (code === 0) say('no remote cache is configured: name one with --remote-cache URL');
    return code === 0 ? 2 : code;
  }
  process.stdout.write(words.json ? asJson(report) : asText(report));
  return exitCode(code, report);
}

/** Nothing compared because nobody answered is no good news. */
function exitCode(built: number, { different, troubles }: Report): number {
  if (different.length > 0) return 1;
  return built === 0 && troubles.length > 0 ? 4 : built;
}

const asJson = ({ remote, equal, unknown, different }: Report): string =>
  `${JSON.stringify({ remote, equal, unknown, different }, null, 2)}\n`;

function asText({ remote, equal, unknown, different }: Report): string {
  const lines = [
    `remote     ${remote}`,
    `the same   ${equal}`,
    `different  ${different.length}`,
    `not there  ${unknown}`,
    ...different.map(({ key, outputs }) => `differs: ${outputs.join(', ')} (key ${key})`),
  ];
  return `${lines.join('\n')}\n`;
}
