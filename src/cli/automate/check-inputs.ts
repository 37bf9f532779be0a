import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { LoadedAutomation } from '../../automation/load-automation.ts';
import { isProprietary, type ProvenanceInput } from '../../automation/provenance-shape.ts';
import { plainPath } from '../../automation/sources.ts';
import type { FileFacts } from '../../engine/content.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';
import { findOnPath } from '../../tools/find-on-path.ts';
import { IMPLICIT_NODE } from '../../tools/resolve-tool.ts';
import { parentPath } from '../../workspace/safe-path.ts';
import type { RequestPlan } from '../plan-file.ts';
import { gitTracks } from './git-tracks.ts';
import { formatFault } from './input-format.ts';

/** What must be seen to before anything runs; all of it, so that nobody has to find out one by one. */
export interface InputFaults {
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
  /** Against the rule that proprietary files stay out of what git tracks. */
  readonly refused: readonly string[];
}

export function checkInputs(
  root: string,
  plan: RequestPlan,
  packages: readonly AutomationPackage[],
  facts: Pick<FileFacts, 'look'>,
  wantsTools: boolean,
): InputFaults {
  const missing = new Set<string>();
  const wrong: string[] = [];
  const refused: string[] = [];
  for (const { path, loaded } of packages) {
    const { provenance } = loaded;
    if (provenance === undefined) continue;
    for (const input of provenance.inputs ?? []) {
      const file = fileOf(root, path, loaded, input);
      if (!existsSync(file)) missing.add(`${file} (${input.role ?? input.format})`);
      else wrong.push(...contentFaults(file, input, facts));
    }
  }
  refused.push(...secretPlaces(root, packages, facts).filter(gitTracks).map(shownPlace));
  for (const file of externalFiles(plan))
    if (!existsSync(file) && ![...missing].some((m) => m.startsWith(`${file} (`))) missing.add(file);
  if (wantsTools) for (const tool of missingTools(root, plan)) missing.add(tool);
  return { missing: [...missing], wrong, refused };
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

/** `provenance.toml`'s paths are relative to that file. */
function fileOf(
  root: string,
  pkg: string,
  { config }: LoadedAutomation,
  { path = '' }: ProvenanceInput,
): string {
  const folder = join(root, pkg, parentPath(plainPath(config?.inputs?.provenance ?? '')));
  return isAbsolute(path) ? path : join(folder, path);
}

/** Absolute: every proprietary file, and something within the folder of what is made of them. */
export function secretPlaces(
  root: string,
  packages: readonly AutomationPackage[],
  facts: Pick<FileFacts, 'look'>,
): string[] {
  const places = packages.flatMap(({ path, loaded }) => {
    const { provenance, config } = loaded;
    const secret = provenance?.inputs?.filter((input) => isProprietary(input, provenance)) ?? [];
    const workRoot = config?.outputs?.work_root;
    if (secret.length === 0) return [];
    const files = secret.map((input) => fileOf(root, path, loaded, input));
    // A copy that lies elsewhere than the provenance says is no less proprietary.
    const digests = new Set(secret.map((input) => input.sha256));
    for (const file of namedInputs(config).map((name) => resolve(root, path, name))) {
      const look = facts.look(file);
      if (look.kind === 'file' && digests.has(look.content.digest.hash)) files.push(file);
    }
    return workRoot === undefined ? files : [...files, join(resolve(root, path, workRoot), WITHIN)];
  });
  return [...new Set(places)];
}

function namedInputs(config: LoadedAutomation['config']): string[] {
  const { nro, nso = [], xci, keys, module_json } = config?.inputs ?? {};
  return [nro, ...nso, xci, keys, module_json, config?.capture?.video_path].filter(
    (name) => name !== undefined,
  );
}

/** Rules such as `out/` are about what a folder holds. */
const WITHIN = 'x';

const shownPlace = (path: string): string => (path.endsWith(`/${WITHIN}`) ? dirname(path) : path);

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
