import { fileURLToPath } from 'node:url';
import { sorted } from '../base/order.ts';
import { isRule, type Rule } from '../rule-api/rule.ts';
import type { PackageDiagnostic } from './expander.ts';
import { loadFault, type SyntaxCheck } from './load-fault.ts';
import { type ImportRecord, USE_SCHEME } from './module-guard.ts';
import { filesOf, identityOf, importGraph } from './package-identity.ts';
import { type LocatedPackage, locatePackage, packageRootOf } from './package-root.ts';
import type { LoadedPackage } from './rule-registry.ts';
import type { PackageUse } from './worker-protocol.ts';

export interface LoadOptions {
  readonly workspaceRoot: string;
  readonly use: readonly PackageUse[];
  readonly debug: boolean;
  takeRecords(): ImportRecord[];
  readonly checkSyntax: SyntaxCheck;
  onPackage(index: number): void;
}

export interface Loaded {
  readonly packages: readonly LoadedPackage[];
  readonly diagnostics: readonly PackageDiagnostic[];
  readonly files: readonly string[];
  readonly identity: Readonly<Record<string, string>>;
}

/** Imports the rule packages one after the other; a bad one does not keep the others out. */
export async function loadPackages(options: LoadOptions): Promise<Loaded> {
  const packages: LoadedPackage[] = [];
  const diagnostics: PackageDiagnostic[] = [];
  const records: ImportRecord[] = [];
  const files = new Set<string>();
  const identity: Record<string, string> = {};
  for (const [index, use] of options.use.entries()) {
    options.onPackage(index);
    const located = locatePackage(options.workspaceRoot, use.spec);
    if (typeof located === 'string') {
      diagnostics.push({ ...use, code: 'rule-package-missing', message: located });
      continue;
    }
    const result = await load(use, located, options, records);
    const urls = importGraph(records).reached(located.specifier);
    const root = located.root ?? rootOf(records, located.specifier);
    if (root !== undefined) {
      const own = filesOf(urls);
      for (const file of own) files.add(file);
      identity[use.spec] = identityOf(root, own);
    }
    if ('code' in result) diagnostics.push(result);
    else if (root !== undefined) packages.push({ name: use.spec, at: use.at, root, rules: result });
  }
  return { packages, diagnostics, files: sorted(files), identity };
}

async function load(
  use: PackageUse,
  { specifier }: LocatedPackage,
  options: LoadOptions,
  records: ImportRecord[],
): Promise<readonly Rule[] | PackageDiagnostic> {
  let added: ImportRecord[] = [];
  const take = (): void => {
    added = options.takeRecords();
    records.push(...added);
  };
  try {
    const module: unknown = await import(USE_SCHEME + specifier);
    take();
    return rulesOf(use, module);
  } catch (error) {
    take();
    return loadFault(
      use,
      error,
      added.map((r) => r.url),
      options.checkSyntax,
      options.debug,
    );
  }
}

function rulesOf(use: PackageUse, module: unknown): readonly Rule[] | PackageDiagnostic {
  const exported = member(module, 'default') ?? member(module, 'rules');
  const rules: unknown[] = Array.isArray(exported) ? exported : [exported];
  if (rules.length > 0 && rules.every(isRule)) return rules;
  return {
    ...use,
    code: 'rule-package-empty',
    message: `${use.spec} has no rules: its default export must be a list of what defineRule returns`,
    help: 'export default [defineRule({ … })]',
  };
}

/** Only the package's own folder is searched for files, so it must be told where that begins. */
function rootOf(records: readonly ImportRecord[], specifier: string): string | undefined {
  const entry = records.find((r) => r.from === USE_SCHEME + specifier);
  return entry?.url.startsWith('file:') ? packageRootOf(fileURLToPath(entry.url)) : undefined;
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
