import { RECOMP_VERSION } from '../../base/version.ts';
import { cacheDirectory } from '../../store/cache-directory.ts';
import { checkDeclarations } from '../doctor/check-declarations.ts';
import { checkCache, checkWorkspaceFolders } from '../doctor/check-folders.ts';
import { checkLock } from '../doctor/check-lock.ts';
import { checkNative } from '../doctor/check-native.ts';
import { checkNode } from '../doctor/check-node.ts';
import { checkPrograms, checkTools } from '../doctor/check-programs.ts';
import { checkRemote } from '../doctor/check-remote.ts';
import { checkSandbox } from '../doctor/check-sandbox.ts';
import { checkClock, checkGit, checkNesting } from '../doctor/check-surroundings.ts';
import { checkWorkspace } from '../doctor/check-workspace.ts';
import { exitCodeOf, type Finding } from '../doctor/finding.ts';
import { renderFindings } from '../doctor/render-findings.ts';
import { findRoot } from '../fast-path.ts';
import { doctorPage } from '../help/pages/doctor.ts';
import { say } from '../print.ts';
import { readWords } from '../read-words.ts';
import { stdoutTraits } from '../stdout-traits.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp doctor`. */
export async function doctorCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(doctorPage, argv);
  if (typeof words === 'string') return usageFault('doctor', words);
  if (words.positionals.length > 0)
    return usageFault('doctor', `it looks at everything: ${words.positionals.join(' ')} is too much`);
  const findings = await examine(findRoot(process.cwd()));
  const exitCode = exitCodeOf(findings);
  process.stdout.write(
    words.has('json') ? asJson(findings, exitCode) : renderFindings(findings, stdoutTraits().width),
  );
  if (!words.has('json')) say(VERDICTS[exitCode]);
  return exitCode;
}

const VERDICTS = {
  0: 'builds can run here',
  2: 'this machine can build, but the workspace has mistakes: `recomp build //...` shows where',
  4: 'builds cannot run here',
} as const;

async function examine(root: string | undefined): Promise<Finding[]> {
  const { finding, config } = checkWorkspace(root);
  const folders = root === undefined ? [] : checkWorkspaceFolders(root);
  const writable = root !== undefined && folders.every((folder) => folder.state === 'ok');
  return [
    checkNode(),
    checkNative(),
    ...(await checkSandbox(writable ? `${root}/.recomp/state` : undefined, config?.sandbox.mode ?? 'auto')),
    checkCache(cacheDirectory(process.env, root ?? process.cwd())),
    finding,
    ...(root === undefined ? [] : await checkInside(root, writable)),
    ...folders,
    ...checkTools(config?.tools ?? {}),
    ...(await checkRemote(config?.cache.remote, config?.cache.remoteMode ?? 'off')),
    ...checkPrograms(),
  ];
}

async function checkInside(root: string, writable: boolean): Promise<Finding[]> {
  return [
    await checkDeclarations(root),
    ...checkNesting(root),
    ...checkGit(root),
    ...(writable ? [checkLock(`${root}/.recomp`), checkClock(root)] : []),
  ];
}

function asJson(findings: readonly Finding[], exitCode: number): string {
  const report = {
    recomp: RECOMP_VERSION,
    platform: process.platform,
    arch: process.arch,
    can_build: exitCode === 0,
    findings,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
