import { relative } from 'node:path';
import type { AutomationChoice } from '../../automation/load-automation.ts';
import { lockWorkspace } from '../../journal/workspace-lock.ts';
import { confirm } from '../accept/confirm.ts';
import { type Comparison, findComparison } from '../accept/find-comparison.ts';
import { type ReferenceChange, referenceChange } from '../accept/reference-change.ts';
import { writeTogether } from '../accept/write-together.ts';
import { parseBuildArguments } from '../build-arguments.ts';
import { requestKey, tryFastPath } from '../fast-path.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { isOneLabel } from '../one-label.ts';
import { printDiagnostics, say } from '../print.ts';
import { processStart } from '../process-start.ts';
import { requireRoot } from '../require-root.ts';
import { usageFault } from '../usage-fault.ts';

export interface AcceptWords {
  readonly label: string;
  /** Where the loop is not described by the usual file. */
  readonly automation?: AutomationChoice | undefined;
  /** Without asking. */
  readonly yes: boolean;
  /** Keep pictures and sound beside the hashes. */
  readonly pictures: boolean;
}

/** `recomp validate accept LABEL`: the target's capture becomes its reference. */
export async function acceptCommand({ label, automation, yes, pictures }: AcceptWords): Promise<number> {
  if (!isOneLabel(label))
    return usageFault('validate', `${label} may mean several targets: name the one whose capture is right`);
  const root = requireRoot();
  if (root === undefined) return 2;
  const comparison = await load(root, label, automation);
  if (comparison === undefined) return 2;
  const built = await buildCapture(root, comparison.captureLabel, automation);
  if (built !== 0) return built;
  const change = referenceChange(root, comparison, pictures);
  if (!change.ok) {
    say(change.error);
    return 2;
  }
  if (change.value.files.length + change.value.removed.length === 0) {
    say('the capture is what the reference says already: nothing changes');
    return 0;
  }
  show(comparison, change.value);
  const agreed = yes || (await confirm('recomp: take the capture as the new reference?'));
  if (agreed === undefined) say('nobody is there to be asked: --yes accepts it');
  if (agreed !== true) return agreed === undefined ? 2 : 1;
  return write(root, change.value);
}

async function load(
  root: string,
  label: string,
  automation: AutomationChoice | undefined,
): Promise<Comparison | undefined> {
  const { loadWorkspace } = await import('../load-workspace.ts');
  const { plan, diagnostics } = await loadWorkspace(root, relative(root, process.cwd()), [label], automation);
  await printDiagnostics(diagnostics);
  if (plan === undefined) return undefined;
  const found = findComparison(root, plan);
  if (found.ok) return found.value;
  say(found.error);
  return undefined;
}

/** The verdict may be bad, that is why somebody is here; the capture must be of the program as it is now. */
async function buildCapture(
  root: string,
  label: string,
  automation: AutomationChoice | undefined,
): Promise<number> {
  const args = parseBuildArguments([label]);
  if (typeof args === 'string') return usageFault('validate', args);
  const request = requestKey(root, process.cwd(), args.patterns, args.sandbox, process.env, automation?.name);
  const known = tryFastPath(request, args, processStart());
  if (known.kind === 'up-to-date') return 0;
  const { buildCommand } = await import('./build.ts');
  return buildCommand(args, request, known, processStart(), {
    command: 'recomp validate accept',
    automation,
  });
}

function show({ captureLabel }: Comparison, { lines, files, removed }: ReferenceChange): void {
  say(`the capture of ${captureLabel} against the reference:`);
  for (const line of lines) say(`  ${line}`);
  if (files.length > 0) say(`to be written: ${someOf(files.map(({ path }) => path))}`);
  if (removed.length > 0) say(`to be removed: ${someOf(removed)}`);
}

const SHOWN = 20;

const someOf = (paths: readonly string[]): string =>
  paths.slice(0, SHOWN).join(', ') + (paths.length > SHOWN ? `, and ${paths.length - SHOWN} more` : '');

async function write(root: string, { files, removed, added }: ReferenceChange): Promise<number> {
  const interrupts = listenForInterrupts(() => say('stopping'));
  try {
    const lock = await lockWorkspace(
      `${root}/.recomp`,
      'recomp validate accept',
      (owner) =>
        say(
          `waiting for ${owner ? `\`${owner.command}\` (process ${owner.pid})` : 'whoever'} is changing this workspace`,
        ),
      interrupts.signal,
    );
    if (!lock) return interrupts.exitCode ?? 1;
    try {
      writeTogether(root, files, removed);
    } finally {
      lock.release();
    }
  } finally {
    interrupts.dispose();
  }
  say(
    `the reference is what was captured: ${files.length === 1 ? 'one file' : `${files.length} files`} written`,
  );
  if (added.length > 0) say(`new, so that the target must name it in reference: ${added.join(', ')}`);
  return 0;
}
