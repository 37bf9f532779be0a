import { join } from 'node:path';
import { BUILD_FLAGS, type BuildArguments, parseBuildArguments } from '../build-arguments.ts';
import { forDownloads, requestFile, requestKey, tryFastPath } from '../fast-path.ts';
import { findProgram } from '../find-program.ts';
import { isOneLabel } from '../one-label.ts';
import { openPlan } from '../plan-file.ts';
import { say } from '../print.ts';
import { processStart } from '../process-start.ts';
import { explainFault } from '../read-words.ts';
import { requireRoot } from '../require-root.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp run LABEL [-- ARG…]`. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const startedAt = processStart();
  const words = readRunWords(argv);
  if (typeof words === 'string') return usageFault('run', words);
  const root = requireRoot();
  if (root === undefined) return 2;
  const { args, forProgram } = words;
  const [label = ''] = args.patterns;
  const asked = requestKey(root, process.cwd(), args.patterns, args.sandbox, process.env);
  const request = forDownloads(asked, args.remoteDownload);
  const answer = tryFastPath(request, args, startedAt, 'run');
  if (answer.kind !== 'up-to-date') {
    const { buildCommand } = await import('./build.ts');
    const code = await buildCommand(args, request, answer, startedAt, { command: `recomp run ${label}` });
    if (code !== 0) return code;
  }
  const plan = openPlan(requestFile(request, 'plan'));
  const program = plan && findProgram(root, plan);
  if (program === undefined) return 2;
  const { startProgram } = await import('../start-program.ts');
  return startProgram(join(root, program), forProgram, say);
}

function readRunWords(
  argv: readonly string[],
): { args: BuildArguments; forProgram: readonly string[] } | string {
  const end = argv.indexOf('--');
  const args = parseBuildArguments(end < 0 ? argv : argv.slice(0, end));
  if (typeof args === 'string') return explainFault(args, BUILD_FLAGS);
  if (args.dryRun !== false) return '--dry-run is for `recomp build`';
  const [label, surplus] = args.patterns;
  if (label === undefined) return 'run what? name the target: `recomp run //a:b`';
  if (surplus !== undefined)
    return `one target is run: what is for its program stands after --, as in \`recomp run ${label} -- ${surplus}\``;
  if (!isOneLabel(label)) return `${label} may mean several targets: name the one to run`;
  // What is to be started is needed here.
  const brought = args.remoteDownload === 'minimal' ? { ...args, remoteDownload: 'toplevel' as const } : args;
  return { args: brought, forProgram: end < 0 ? [] : argv.slice(end + 1) };
}
