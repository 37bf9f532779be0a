import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ProprietaryFile, provenanceFile } from '../../automation/proprietary-files.ts';
import type { ProvenanceInput } from '../../automation/provenance-shape.ts';
import type { FileFacts } from '../../engine/content.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';
import { findOnPath } from '../../tools/find-on-path.ts';
import { IMPLICIT_NODE } from '../../tools/resolve-tool.ts';
import type { RequestPlan } from '../plan-file.ts';
import { copiesRead, inOtherPackages } from './astray.ts';
import { configFaults } from './config-faults.ts';
import { gitTracks } from './git-tracks.ts';
import { formatFault } from './input-format.ts';
import { badPlaces } from './output-places.ts';
import { secretPlaces, shownPlace } from './secret-places.ts';

/** What must be seen to before anything runs; all of it, so that nobody has to find out one by one. */
export interface InputFaults {
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
  /** Mistakes in files that stages read. */
  readonly mistakes: readonly string[];
  /** Against the rule that proprietary files stay out of what git tracks. */
  readonly refused: readonly string[];
  /** Proprietary files where targets could read them that nobody has marked. */
  readonly astray: readonly string[];
  /** Proprietary files that earlier builds read without knowing it. */
  readonly built: readonly string[];
  /** Where `[outputs]` must not lead. */
  readonly places: readonly string[];
}

export interface LoopsOfPlan {
  /** Those whose packages are built. */
  readonly automations: readonly AutomationPackage[];
  /** Those whose proprietary inputs others read: their other inputs are nobody's concern. */
  readonly lenders: readonly AutomationPackage[];
}

export interface Secrets {
  /** Of all loops of the workspace that are known, whatever is built. */
  readonly secrets: readonly ProprietaryFile[];
  /** Those of them that earlier builds read without knowing it. */
  readonly built: readonly string[];
}

export const loopsOfPlan = ({ automations, lenders }: LoopsOfPlan): readonly AutomationPackage[] => [
  ...new Map([...lenders, ...automations].map((loop) => [loop.path, loop])).values(),
];

export function checkInputs(
  root: string,
  plan: RequestPlan,
  loops: LoopsOfPlan,
  { secrets, built }: Secrets,
  facts: Pick<FileFacts, 'look'>,
  isLoop: boolean,
): InputFaults {
  const missing = new Set<string>();
  const wrong: string[] = [];
  const all = loopsOfPlan(loops);
  for (const { path, loaded } of loops.automations) {
    const { provenance } = loaded;
    if (provenance === undefined) continue;
    for (const input of provenance.inputs ?? []) {
      const file = provenanceFile(root, path, loaded, input);
      if (!existsSync(file)) missing.add(`${file} (${input.role ?? input.format})`);
      else wrong.push(...contentFaults(file, input, facts));
    }
    wrong.push(...undescribed(root, { path, loaded }, facts));
  }
  const refused = secretPlaces(root, all, facts).filter(gitTracks).map(shownPlace);
  const astray = [...inOtherPackages(root, all), ...copiesRead(root, plan, secrets, facts)];
  // A build without a loop tells of each action by itself what it lacks.
  for (const file of all.length > 0 ? externalFiles(plan) : [])
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
      wrong.push(`${file} is a folder: outside of the workspace files are named one by one`);
    else if (!existsSync(file) && ![...missing].some((m) => m.startsWith(`${file} (`))) missing.add(file);
  if (isLoop) for (const tool of missingTools(root, plan)) missing.add(tool);
  const places = badPlaces(
    root,
    all.filter(({ loaded }) => isLoop || loaded.taint !== undefined),
  );
  const mistakes = isLoop ? loops.automations.flatMap((loop) => configFaults(root, loop)) : [];
  return { missing: [...missing], wrong, refused, astray, built, places, mistakes };
}

function contentFaults(file: string, input: ProvenanceInput, facts: Pick<FileFacts, 'look'>): string[] {
  const { size } = statSync(file);
  if (input.size !== undefined && size !== input.size)
    return [`${file} has ${size} bytes, not ${input.size} as its provenance says`];
  const look = facts.look(file);
  if (look.kind !== 'file') return [`${file} is no file that can be read`];
  if (look.content.digest.hash !== input.sha256)
    return [`${file} has sha256 ${look.content.digest.hash}, not ${input.sha256} as its provenance says`];
  const fault = formatFault(file, input.format ?? 'other');
  return fault === undefined ? [] : [`${file} is ${fault}`];
}

/** What `[inputs]` starts from and no `[[inputs]]` knows, by place or by content: nobody can tell whether it may be shared. */
function undescribed(
  root: string,
  { path: pkg, loaded }: AutomationPackage,
  facts: Pick<FileFacts, 'look'>,
): string[] {
  const described = loaded.provenance?.inputs ?? [];
  const places = new Set(described.map((input) => provenanceFile(root, pkg, loaded, input)));
  const digests = new Set(described.map(({ sha256 }) => sha256));
  const { nro, xci, keys, module_json } = loaded.config?.inputs ?? {};
  return [nro, xci, keys, module_json].flatMap((name) => {
    const file = name === undefined ? undefined : resolve(root, pkg, name);
    if (file === undefined || places.has(file)) return [];
    const look = facts.look(file);
    if (look.kind !== 'file' || digests.has(look.content.digest.hash)) return [];
    const { hash, size } = look.content.digest;
    return [`${file} is described by no [[inputs]] of its provenance (sha256 ${hash}, size ${size})`];
  });
}

function externalFiles({ table }: RequestPlan): ReadonlySet<string> {
  const files = new Set<string>();
  for (let i = 0; i < table.size; i++)
    for (const input of table.node(i).decl.inputs) if (input.kind === 'external') files.add(input.from);
  return files;
}

function missingTools(root: string, { table, config }: RequestPlan): string[] {
  const names = new Set<string>();
  for (let i = 0; i < table.size; i++) for (const tool of table.node(i).decl.tools) names.add(tool);
  return [...names].sort().flatMap((name) => {
    const decl = Object.hasOwn(config.tools, name) ? config.tools[name] : undefined;
    if (decl === undefined || name === IMPLICIT_NODE.name) return [];
    const { file } = findOnPath(decl.command, process.env['PATH'] ?? '', root);
    return file === undefined ? [`the program ${decl.command}`] : [];
  });
}
