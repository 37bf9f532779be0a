import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';
import type { CommandFailure } from '../model/failure.ts';
import type { SandboxKind, SandboxMode } from '../model/isolation.ts';
import type { Executor } from '../ports/executor.ts';
import { bubblewrap } from './enclosure/bubblewrap.ts';
import type { Enclosure } from './enclosure/enclosure.ts';
import { unshareEnclosure } from './enclosure/unshare.ts';
import { machineSignature, readVerdict, type Verdict, verdictFile, writeVerdict } from './machine-verdict.ts';
import { OffExecutor } from './off-executor.ts';
import { ownName, places, sweep } from './place.ts';
import { probe } from './probe.ts';
import { SlotExecutor } from './slot-executor.ts';

export interface ChooseOptions {
  readonly mode: SandboxMode;
  readonly workspaceRoot: string;
  /** Where what was found out about this machine is kept, and slots if there is no room in memory. */
  readonly stateDir: string;
  /** For tests: this kind or none. */
  readonly kind?: SandboxKind | undefined;
}

export interface Chosen {
  readonly executor: Executor;
  /** Whether it keeps actions from what they did not declare. */
  readonly shutsIn: boolean;
  /** The folder in which it gives actions folders of their own; absent: they run in the workspace itself. */
  readonly place?: string;
  /** Another one of its kind, in another folder; `bare`: which shuts nothing in. */
  readonly openAt?: (place: string, bare: boolean) => Executor;
  readonly warnings: readonly string[];
}

/** The best executor this machine can run, found by running something in it; remembered until the machine changes. */
export async function chooseExecutor(options: ChooseOptions): Promise<Result<Chosen, CommandFailure>> {
  mkdirSync(options.stateDir, { recursive: true });
  const available = places(options.stateDir);
  for (const place of available) sweep(place);
  const wish = process.env['RECOMP_SANDBOX_KIND'] ?? '';
  const forced = options.kind ?? KINDS.find((kind) => kind === wish);
  if (forced === undefined && wish !== '')
    return err(
      infrastructure(
        `RECOMP_SANDBOX_KIND is ${JSON.stringify(wish)}, which is no kind of sandbox`,
        `It may be ${KINDS.join(', ')}, or not be set.`,
      ),
    );
  const [place] = available;
  if (place === undefined)
    return err(infrastructure(`cannot make a folder to run actions in below ${options.stateDir}`));
  if (options.mode === 'off' || forced === 'off') {
    const executor = new OffExecutor(options.workspaceRoot, `${place}/${ownName()}`);
    return ok({ executor, shutsIn: false, warnings: [] });
  }
  const verdict = await findVerdict(options.stateDir, available, forced);
  if (forced && verdict.kind !== forced)
    return err(missing(verdict, `sandbox kind "${forced}" was asked for`));
  if (options.mode === 'required' && verdict.kind === 'staged')
    return err(forced === 'staged' ? NOT_ISOLATING : missing(verdict, 'a sandbox is required'));
  const openAt = (where: string, bare: boolean): Executor =>
    new SlotExecutor({
      enclosure: bare ? undefined : enclosureOf(verdict),
      folder: `${where}/${ownName()}`,
      onSandboxFailure: () => rmSync(verdictFile(options.stateDir), { force: true }),
    });
  return ok({
    executor: openAt(verdict.place, false),
    shutsIn: verdict.kind !== 'staged',
    place: verdict.place,
    openAt: (where, bare) => {
      mkdirSync(where, { recursive: true, mode: 0o700 });
      sweep(where);
      return openAt(where, bare);
    },
    warnings: verdict.kind === 'staged' && forced === undefined ? [stagedWarning(verdict)] : [],
  });
}

async function findVerdict(
  stateDir: string,
  available: readonly string[],
  forced: SandboxKind | undefined,
): Promise<Verdict> {
  const signature = JSON.stringify([machineSignature(), available, forced ?? 'auto']);
  const known = readVerdict(stateDir, signature);
  if (known) return known;
  const verdict = await tryAll(available, forced);
  writeVerdict(stateDir, signature, verdict);
  return verdict;
}

/** `forced`: this kind, or else staged with the reason. */
export async function tryAll(
  available: readonly string[],
  forced: SandboxKind | undefined,
): Promise<Verdict> {
  const reasons: string[] = [];
  for (const kind of ['bubblewrap', 'unshare'] as const) {
    if (forced && forced !== kind) continue;
    for (const inner of kind === 'bubblewrap' ? [true, false] : [true]) {
      for (const place of available) {
        const verdict: Verdict = { kind, inner, place, reasons };
        const problem =
          findTool(kind) === undefined
            ? `${TOOL[kind]} is not installed`
            : await probe(enclosureOf(verdict), place);
        if (problem === undefined) return verdict;
        if (!reasons.includes(`${kind}: ${problem}`)) reasons.push(`${kind}: ${problem}`);
      }
    }
  }
  for (const place of available) {
    if ((await probe(undefined, place)) === undefined)
      return { kind: 'staged', inner: false, place, reasons };
  }
  return { kind: 'staged', inner: false, place: available.at(-1) ?? '', reasons };
}

const TOOL = { bubblewrap: 'bwrap', unshare: 'unshare' } as const;

function enclosureOf({ kind, inner }: Verdict): Enclosure | undefined {
  if (kind === 'bubblewrap') return bubblewrap(findTool(kind) ?? '/usr/bin/bwrap', inner);
  return kind === 'unshare' ? unshareEnclosure(findTool(kind) ?? '/usr/bin/unshare') : undefined;
}

const findTool = (kind: 'bubblewrap' | 'unshare'): string | undefined =>
  ['/usr/bin', '/bin', '/usr/local/bin']
    .map((dir) => `${dir}/${TOOL[kind]}`)
    .find((path) => existsSync(path));

const KINDS = ['bubblewrap', 'unshare', 'staged', 'off'] as const satisfies readonly SandboxKind[];

const infrastructure = (message: string, help?: string): CommandFailure => ({
  kind: 'infrastructure',
  blame: 'infrastructure',
  message,
  ...(help === undefined ? {} : { help }),
});

const missing = (verdict: Verdict, asked: string): CommandFailure =>
  infrastructure(`${asked}, but this machine cannot make one (${verdict.reasons.join('; ')})`, HOW_TO);

const NOT_ISOLATING = infrastructure(
  'a sandbox is required, but RECOMP_SANDBOX_KIND asks for staged folders, which isolate nothing',
  'Unset RECOMP_SANDBOX_KIND, or let it be bubblewrap or unshare.',
);

const stagedWarning = (verdict: Verdict): string =>
  `actions are not isolated: this machine cannot make namespaces (${verdict.reasons.join('; ')}). ${HOW_TO}`;

export const HOW_TO =
  'Install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap; Arch: pacman -S bubblewrap). ' +
  'If it is installed, namespaces are forbidden here: on Ubuntu allow them with an AppArmor profile for bwrap, in a container ' +
  'run it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined.';
