import type { Json } from '../base/canonical-json.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { getOrMake } from '../base/get-or-make.ts';
import { nearest } from '../base/nearest.ts';
import { type Label, labelPackage } from '../model/label.ts';
import type { KeyPath, ResolvedTarget, RuleInfo, SourceFile, TargetDecl } from '../model/target.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { createExternalNames, type ExternalNames } from '../workspace/external-names.ts';
import { parseLabel } from '../workspace/label-syntax.ts';
import type { Part } from '../workspace/locate.ts';
import { placeInTarget } from '../workspace/place-of.ts';
import { resolveSources } from '../workspace/resolve-sources.ts';
import { RELATIVE } from '../workspace/source-file.ts';

export interface ResolveContext {
  readonly reader: WorkspaceReader;
  readonly config: Pick<WorkspaceConfig, 'tools' | 'pools'>;
  readonly rules: ReadonlyMap<string, RuleInfo>;
  readonly ignored: (path: string) => boolean;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Targets some of whose sources could not be opened, which has been told: what a rule says of the rest may only follow from it. */
  readonly unopened: Set<Label>;
  /** Names of external files are given out per package. */
  readonly externals: Map<string, ExternalNames>;
  /** False: a rule package could not be loaded, so that an unknown rule may be one of its. */
  readonly rulesComplete: boolean;
}

/** Opens what the engine must look at before a rule sees a target: globs to files, labels to full labels. */
export function resolveTarget(
  decl: TargetDecl,
  packageVisibility: readonly string[] | undefined,
  context: ResolveContext,
): ResolvedTarget | undefined {
  const rule = context.rules.get(decl.rule);
  const target = resolveLabels(decl, packageVisibility, context);
  if (!rule || !target) return undefined;
  const sources: Record<string, readonly SourceFile[]> = {};
  for (const [name, { kind }] of Object.entries(rule.attributes)) {
    const value = decl.attributes[name];
    if (value !== undefined && kind === 'sources') sources[name] = openSources(decl, name, value, context);
  }
  checkTools(decl, rule, context);
  checkPool(decl, context);
  return { ...target, sources };
}

/** Without its sources: enough to know what depends on what. */
export function resolveLabels(
  decl: TargetDecl,
  packageVisibility: readonly string[] | undefined,
  context: Pick<ResolveContext, 'reader' | 'rules' | 'report' | 'rulesComplete'>,
): ResolvedTarget | undefined {
  const rule = context.rules.get(decl.rule);
  if (!rule) {
    if (context.rulesComplete) reportUnknownRule(decl, context);
    return undefined;
  }
  const labels: Record<string, readonly Label[]> = {};
  for (const [name, { kind }] of Object.entries(rule.attributes)) {
    const value = decl.attributes[name];
    if (value !== undefined && (kind === 'labels' || kind === 'label'))
      labels[name] = openLabels(decl, name, value, context);
  }
  return {
    ...decl,
    sources: {},
    labels,
    visibility: stringList(decl.attributes['visibility']) ?? packageVisibility ?? ['//...'],
    tags: stringList(decl.attributes['tags']) ?? [],
  };
}

export function faultIn(
  decl: TargetDecl,
  rest: KeyPath,
  part: Part,
  context: Pick<ResolveContext, 'reader'>,
  fault: Pick<Diagnostic, 'code' | 'message' | 'help'>,
): Diagnostic {
  const span = placeInTarget(context.reader, decl, rest, part);
  return { severity: 'error', ...fault, ...(span ? { span } : {}) };
}

function checkTools(decl: TargetDecl, rule: RuleInfo, context: ResolveContext): void {
  for (const [name, { kind }] of Object.entries(rule.attributes)) {
    const value = decl.attributes[name];
    if (kind !== 'tools' || !Array.isArray(value)) continue;
    value.forEach((tool: unknown, i) => {
      if (typeof tool !== 'string' || tool === IMPLICIT_TOOL || Object.hasOwn(context.config.tools, tool))
        return;
      const near = nearest(tool, Object.keys(context.config.tools));
      const help =
        near === undefined
          ? `declare it in recomp.toml:\n[tools.${tool}]\ncommand = "${tool}"`
          : `did you mean "${near}"?`;
      context.report(
        faultIn(decl, [name, i], 'value', context, {
          code: 'unknown-tool',
          message: `no tool "${tool}" is declared`,
          help,
        }),
      );
    });
  }
}

/** Node runs recomp itself, so it is there without a word. */
const IMPLICIT_TOOL = 'node';

function checkPool(decl: TargetDecl, context: ResolveContext): void {
  const pool = decl.attributes['pool'];
  if (typeof pool !== 'string' || Object.hasOwn(context.config.pools, pool)) return;
  const near = nearest(pool, Object.keys(context.config.pools));
  const help =
    near === undefined
      ? `give it a capacity in recomp.toml:\n[pools]\n${pool} = 1`
      : `did you mean "${near}"?`;
  context.report(
    faultIn(decl, ['pool'], 'value', context, {
      code: 'unknown-pool',
      message: `no pool "${pool}" is declared`,
      help,
    }),
  );
}

function reportUnknownRule(
  decl: TargetDecl,
  context: Pick<ResolveContext, 'reader' | 'rules' | 'report'>,
): void {
  const known = [...context.rules.keys()];
  const near = nearest(decl.rule, known);
  context.report(
    faultIn(decl, ['rule'], 'value', context, {
      code: 'unknown-rule',
      message: `there is no rule "${decl.rule}"`,
      help:
        near === undefined
          ? `the rules here are ${known.join(', ')}; others come with [rules] use in recomp.toml`
          : `did you mean "${near}"?`,
    }),
  );
}

function openSources(
  decl: TargetDecl,
  name: string,
  value: Json,
  context: ResolveContext,
): readonly SourceFile[] {
  const packageDir = labelPackage(decl.label);
  const externals = getOrMake(context.externals, packageDir, () => createExternalNames(packageDir));
  const opened = resolveSources({
    reader: context.reader,
    packageDir,
    value,
    place: (rest, part) => placeInTarget(context.reader, decl, [name, ...rest], part),
    externals,
    ignored: context.ignored,
  });
  for (const diagnostic of opened.diagnostics) context.report(inStage(decl, diagnostic));
  if (opened.diagnostics.length > 0) context.unopened.add(decl.label);
  return opened.files;
}

/** A stage of an `automation.toml` has no `deps` that a path could belong into, and no globs. */
function inStage({ places }: TargetDecl, diagnostic: Diagnostic): Diagnostic {
  if (places === undefined) return diagnostic;
  const help = diagnostic.help?.startsWith(RELATIVE) ? RELATIVE : STAGE_HELP[diagnostic.code];
  const isKept = help === undefined || (diagnostic.code === 'missing-source' && help !== RELATIVE);
  return isKept ? diagnostic : { ...diagnostic, help };
}

const STAGE_HELP: Readonly<Record<string, string>> = {
  'source-in-outputs':
    'declare a target in a BUILD.toml that reads it, or a stage of this file that makes it',
  'source-leaves-workspace': 'copy the file into the workspace, or write its absolute path',
  'source-is-label': 'paths of this file name files; what reads a target is declared in a BUILD.toml',
  'crosses-package': 'write its absolute path, or move it into the folder of this file',
  'bad-path': 'leave out `.`, double slashes and a slash at the end',
};

/** Values of another type are left to the rule's schema, which says so in its own words. */
function openLabels(
  decl: TargetDecl,
  name: string,
  value: Json,
  context: Pick<ResolveContext, 'reader' | 'report'>,
): readonly Label[] {
  const isOne = typeof value === 'string';
  const texts = isOne ? [value] : Array.isArray(value) ? value : [];
  const labels: Label[] = [];
  texts.forEach((text: unknown, i) => {
    if (typeof text !== 'string') return;
    const label = parseLabel(text, labelPackage(decl.label));
    if (label.ok) labels.push(label.value);
    else
      context.report(
        faultIn(decl, isOne ? [name] : [name, i], 'value', context, {
          code: 'bad-label',
          message: label.error,
        }),
      );
  });
  return labels;
}

const stringList = (value: Json | undefined): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
