import { statSync } from 'node:fs';
import type { ConfiguredTarget, ProvidedFile } from '../model/target.ts';
import type { RequestPlan } from './plan-file.ts';
import { say } from './print.ts';

/** The program that the requested target made, relative to the root; undefined: there is none, which has been said. */
export function findProgram(root: string, { graph, requested }: RequestPlan): string | undefined {
  const target = graph().targets.find((t) => t.label === requested[0]);
  if (target === undefined) return undefined;
  const declared = target.provides.executable;
  if (declared !== undefined) {
    if (isExecutable(root, declared)) return declared;
    say(`${target.label} made ${declared}, which is no program: it is not executable`);
    say('let its command `chmod +x $OUT`, or name the output that is one: executable = "…"');
    return undefined;
  }
  const program = pathsOf(target).find((path) => isExecutable(root, path));
  if (program === undefined)
    say(`${target.label} (rule ${target.rule}) makes no program that could be started`);
  return program;
}

const pathsOf = ({ provides }: ConfiguredTarget): string[] => provides.files.flatMap((file) => pathOf(file));

function pathOf(file: ProvidedFile): string[] {
  if (file.kind === 'source') return [file.path];
  return file.kind === 'output' && !file.tree ? [file.path] : [];
}

function isExecutable(root: string, path: string): boolean {
  const stat = statSync(`${root}/${path}`, { throwIfNoEntry: false });
  return stat?.isFile() === true && (stat.mode & 0o111) !== 0;
}
