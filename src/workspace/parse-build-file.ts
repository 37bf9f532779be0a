import type { Json } from '../base/canonical-json.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { makeLabel } from '../model/label.ts';
import type { KeyPath, TargetDecl } from '../model/target.ts';
import type { PackageDecl } from '../model/workspace.ts';
import { buildFileShape, commonTargetKeys } from './build-shape.ts';
import { packageNameFault, targetNameFault } from './label-syntax.ts';
import { locate, pointAt } from './locate.ts';
import { firstFaults, shapeDiagnostic } from './read-toml.ts';
import { BUILD_FILE, joinPath } from './safe-path.ts';
import { type ShapeFault, wrongType } from './shape.ts';
import { isTable, parseToml, type TomlTable } from './toml-document.ts';

/** The targets of one package, as far as they can be read, and every fault of the file. */
export function parseBuildFile(
  packagePath: string,
  text: string,
): { readonly pkg?: PackageDecl; readonly diagnostics: readonly Diagnostic[] } {
  const file = joinPath(packagePath, BUILD_FILE);
  const badPath = packageNameFault(packagePath);
  if (badPath !== undefined) return { diagnostics: [badPackage(file, text, badPath)] };
  const { table, diagnostics } = parseToml(file, text);
  if (table === undefined) return { diagnostics };
  const faults: Fault[] = [];
  const report = (fault: Fault): void => void faults.push(fault);
  const pkg = readPackage(packagePath, file, table, report);
  return { pkg, diagnostics: firstFaults(faults, file).map((fault) => toDiagnostic(file, text, fault)) };
}

type Fault = ShapeFault & {
  readonly related?: readonly { readonly message: string; readonly at: KeyPath }[];
};
type Report = (fault: Fault) => void;

function readPackage(path: string, file: string, table: TomlTable, report: Report): PackageDecl {
  const own = buildFileShape.read(table, [], report) ?? {};
  const targets: TargetDecl[] = [];
  const misnamed: TargetDecl[] = [];
  const seen = new Map<string, KeyPath>();
  for (const [i, value] of targetTables(table, report).entries()) {
    const at: KeyPath = ['target', i];
    const names = readNames(value, at, seen, report);
    if (names === undefined || !isTable(value)) continue;
    const { isGood } = names;
    const label = makeLabel(path, isGood ? names.name : makeshift(names.name, misnamed.length));
    (isGood ? targets : misnamed).push({
      label,
      rule: names.rule,
      file,
      at,
      ...mergeDefaults(value, own.defaults ?? {}),
    });
  }
  const visibility = own.package?.visibility;
  return {
    path,
    file,
    targets,
    ...(misnamed.length > 0 && { misnamed }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}

/** Like what was written, and like no good name: nobody else has it. */
const makeshift = (name: string, index: number): string =>
  `${name.replace(/[:/]/g, '_')} (misnamed ${index + 1})`;

function targetTables({ target }: TomlTable, report: Report): readonly Json[] {
  if (target === undefined) return [];
  if (isList(target)) return target;
  const help = 'write [[target]], with two brackets: there may be several';
  report({ code: 'wrong-type', at: ['target'], part: 'key', message: '`target` is a list of tables', help });
  return [];
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function readNames(
  value: Json,
  at: KeyPath,
  seen: Map<string, KeyPath>,
  report: Report,
): { readonly name: string; readonly rule: string; readonly isGood: boolean } | undefined {
  if (!isTable(value)) return wrongType(value, 'a table', at, report);
  const name = requiredText(value, 'name', at, report);
  const rule = requiredText(value, 'rule', at, report);
  for (const key of ['visibility', 'tags'] as const) {
    const common = value[key];
    if (common !== undefined) commonTargetKeys[key].read(common, [...at, key], report);
  }
  if (name === undefined) return undefined;
  const isGood = checkName(name, [...at, 'name'], seen, report);
  return rule === undefined ? undefined : { name, rule, isGood };
}

function requiredText(value: TomlTable, key: string, at: KeyPath, report: Report): string | undefined {
  const found = value[key];
  if (typeof found === 'string') return found;
  if (found !== undefined) return wrongType(found, 'a string', [...at, key], report);
  const example = key === 'name' ? 'name = "what-it-is-called"' : 'rule = "command"';
  report({
    code: 'missing-key',
    at,
    part: 'key',
    message: `this target has no \`${key}\``,
    help: `add ${example}`,
  });
  return undefined;
}

function checkName(name: string, at: KeyPath, seen: Map<string, KeyPath>, report: Report): boolean {
  const bad = targetNameFault(name);
  if (bad !== undefined) {
    report({
      code: 'bad-name',
      at,
      part: 'value',
      message: `${JSON.stringify(name)} is no name for a target: ${bad}`,
    });
    return false;
  }
  const first = seen.get(name);
  if (first === undefined) {
    seen.set(name, at);
    return true;
  }
  const message = `there are two targets called "${name}"`;
  const related = [{ message: 'the first one is here', at: first }];
  report({
    code: 'duplicate-target',
    at,
    part: 'value',
    message,
    related,
    help: 'give one of them another name',
  });
  return false;
}

type Attributes = Readonly<Record<string, Json>>;

/** A target's own value wins; `env` is joined key by key. */
function mergeDefaults(
  value: TomlTable,
  defaults: Readonly<Record<string, Json | undefined>>,
): { readonly attributes: Attributes; readonly defaulted?: readonly string[] } {
  const attributes: Record<string, Json> = {};
  const defaulted: string[] = [];
  for (const [key, fallback] of Object.entries(defaults)) {
    if (fallback === undefined) continue;
    attributes[key] = fallback;
    if (!Object.hasOwn(value, key)) defaulted.push(key);
  }
  for (const [key, own] of Object.entries(value)) {
    if (key === 'name' || key === 'rule') continue;
    const fallback = key === 'env' ? attributes[key] : undefined;
    attributes[key] = isTable(fallback) && isTable(own) ? { ...fallback, ...own } : own;
  }
  return defaulted.length === 0 ? { attributes } : { attributes, defaulted };
}

function toDiagnostic(file: string, text: string, { related, ...fault }: Fault): Diagnostic {
  const diagnostic = shapeDiagnostic(file, text, fault);
  if (related === undefined) return diagnostic;
  return {
    ...diagnostic,
    related: related.map(({ message, at }) => ({ message, span: locate(file, text, at, 'value') })),
  };
}

const badPackage = (file: string, text: string, problem: string): Diagnostic => ({
  severity: 'error',
  code: 'bad-package-name',
  message: `this folder cannot be a package: ${problem}`,
  span: pointAt(file, text, 1, 1),
  help: 'rename the folder, or name it in `[workspace] ignore` of recomp.toml',
});
