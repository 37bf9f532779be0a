import { AUTOMATION_FILE, type AutomationChoice } from '../automation/load-automation.ts';
import { type Diagnostic, hasErrors } from '../base/diagnostic.ts';
import { getOrMake } from '../base/get-or-make.ts';
import { compareCodePoints } from '../base/order.ts';
import { type ExpandedBefore, type ExpansionNotes, expandChanged } from '../expand/expand-changed.ts';
import type { Expander } from '../expand/expander.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import { type ActionGraph, buildActionGraph } from '../graph/action-graph.ts';
import { buildTargetGraph } from '../graph/target-graph.ts';
import { type Label, labelPackage } from '../model/label.ts';
import type { ConfiguredTarget, KeyPath, ResolvedTarget, RuleInfo, TargetDecl } from '../model/target.ts';
import type { ToolDecl, WorkspaceConfig } from '../model/workspace.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { discoverPackages, ignoreMatcher } from '../workspace/discover-packages.ts';
import { matchesPattern, type Pattern, parsePattern, selects } from '../workspace/label-syntax.ts';
import { placeInFile } from '../workspace/place-of.ts';
import { BUILD_FILE, joinPath, WORKSPACE_FILE } from '../workspace/safe-path.ts';
import { GraphDiagnostics } from './graph-diagnostics.ts';
import type { PackageMemory } from './package-memory.ts';
import { type AutomationPackage, PackageSource } from './package-source.ts';
import { ProprietarySources } from './proprietary-sources.ts';
import { faultIn, type ResolveContext, resolveTarget } from './resolve-target.ts';
import { ToolTable } from './tool-table.ts';

export interface LoadRequest {
  readonly reader: WorkspaceReader;
  readonly config: WorkspaceConfig;
  readonly patterns: readonly Pattern[];
  readonly expander: Expander;
  /** Of the loop that is asked for, where its file is not called as usual. */
  readonly automation?: AutomationChoice | undefined;
  readonly packages?: PackageMemory;
  readonly before?: ExpandedBefore | undefined;
  /** Whether a tool is on this machine. */
  readonly isThere: (tool: ToolDecl) => boolean;
}

export interface LoadedGraph {
  readonly graph: ActionGraph;
  /** Those that the patterns name; the rest is what they depend on. */
  readonly requested: readonly Label[];
  /** Absolute paths: folders of rule packages whose listing matters. */
  readonly ruleFolders: readonly string[];
  readonly expansion: ExpansionNotes;
  /** Those of the workspace, and those that packages bring. */
  readonly tools: WorkspaceConfig['tools'];
  /** Those whose presence shaped the graph. */
  readonly askedTools: readonly ToolDecl[];
  /** The `automation.toml` files whose stages are in the graph. */
  readonly automations: readonly AutomationPackage[];
  /** Those whose proprietary inputs are named by other targets. */
  readonly lenders: readonly AutomationPackage[];
  /** Whether a target is declared. Of packages that were not read nobody knows what they declare. */
  mayDeclare(label: string): boolean;
}

export interface LoadOutcome {
  readonly loaded?: LoadedGraph;
  /** Files of rule packages that were read, absolute paths, also where something is wrong. */
  readonly ruleFiles: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Text to sealed graph. Every fault that can be found is collected; with any error there is no graph. */
export async function loadGraph(request: LoadRequest): Promise<LoadOutcome> {
  const { reader, expander } = request;
  const described = await expander.describe();
  const diagnostics: Diagnostic[] = described.diagnostics.map(({ spec: _, at, ...fault }) =>
    inConfig(reader, at, fault),
  );
  const packages = new PackageSource(reader, request.automation, request.packages);
  const tools = new ToolTable(reader, request.config.tools);
  const context: ResolveContext = {
    reader,
    config: { tools: tools.all, pools: request.config.pools },
    rules: new Map(described.rules.map((rule: RuleInfo) => [rule.name, rule])),
    ignored: ignoreMatcher(request.config.ignore),
    report: (diagnostic) => diagnostics.push(diagnostic),
    unopened: new Set(),
    externals: new Map(),
    rulesComplete: described.diagnostics.length === 0,
  };
  const requested = requestedLabels(request, packages, diagnostics);
  const proprietary = new ProprietarySources(reader, packages, request.config.ignore);
  const targets = closure(requested, request.patterns, packages, tools, proprietary, context);
  diagnostics.push(...new Set([...packages.diagnostics, ...proprietary.diagnostics]), ...tools.diagnostics);
  const words = new GraphDiagnostics(reader, packages, targets);
  for (const label of requested)
    if (!declares(packages, label))
      diagnostics.push({ severity: 'error', code: 'no-such-target', ...words.noSuchLabel(label) });
  const targetGraph = buildTargetGraph([...targets.values()], visibleTo());
  // A dependency that exists but could not be resolved has been reported at its own place.
  const faults = targetGraph.faults.filter(
    (f) => f.kind !== 'no-such-target' || !declares(packages, f.use.to),
  );
  diagnostics.push(...faults.map((fault) => words.ofGraph(fault)));
  const expanded = await expandChanged({
    expander,
    targets: targetGraph.order,
    tools: tools.there(request.isThere),
    identity: described.identity,
    digestOf: sha256,
    before: described.diagnostics.length === 0 ? request.before : undefined,
  });
  for (const { label, attributePath, ...fault } of expanded.diagnostics) {
    if (fault.code === 'invalid-target' && context.unopened.has(label)) continue;
    const target = targets.get(label);
    const isKey = fault.code === 'unknown-key';
    if (target)
      diagnostics.push(faultIn(target, attributePath ?? ['name'], isKey ? 'key' : 'value', context, fault));
    else diagnostics.push({ severity: 'error', ...fault });
  }
  const { graph, faults: outputFaults } = buildActionGraph(
    inOrder(targetGraph.order, [...expanded.targets, ...expanded.provisional]),
  );
  const missing = hasErrors(diagnostics);
  // After other errors a missing output says nothing: its maker may be what could not be expanded.
  diagnostics.push(
    ...outputFaults.filter((f) => f.kind !== 'no-such-output' || !missing).map((f) => words.ofOutputs(f)),
  );
  const ruleFiles = described.files;
  if (hasErrors(diagnostics)) return { ruleFiles, diagnostics };
  if (expanded.targets.length < targets.size) throw new Error('a target was left out without a word');
  return {
    loaded: {
      graph,
      requested,
      ruleFolders: expanded.listedFolders,
      expansion: expanded.notes,
      tools: tools.all,
      askedTools: tools.named(expanded.askedTools),
      automations: automationsOf(targets, packages),
      lenders: proprietary.lenders,
      mayDeclare: mayDeclare(packages, reader),
    },
    ruleFiles,
    diagnostics,
  };
}

function mayDeclare(packages: PackageSource, reader: WorkspaceReader): LoadedGraph['mayDeclare'] {
  const declared = new Map<string, ReadonlySet<string>>(
    packages.known.map(({ path, targets }) => [path, new Set<string>(targets.map((t) => t.label))]),
  );
  return (label) => {
    const path = label.slice(2, label.lastIndexOf(':'));
    const own = declared.get(path);
    return own ? own.has(label) : PACKAGE_FILES.some((name) => reader.kind(joinPath(path, name)) === 'file');
  };
}

const PACKAGE_FILES = [BUILD_FILE, AUTOMATION_FILE];

export function inConfig(
  reader: WorkspaceReader,
  at: KeyPath,
  fault: Pick<Diagnostic, 'code' | 'message' | 'help'>,
): Diagnostic {
  const span = placeInFile(reader, WORKSPACE_FILE, at, 'value');
  return { severity: 'error', ...fault, ...(span ? { span } : {}) };
}

function requestedLabels(
  { reader, config, patterns }: LoadRequest,
  packages: PackageSource,
  diagnostics: Diagnostic[],
): Label[] {
  const labels = new Set<Label>();
  for (const pattern of patterns) {
    if (pattern.negative) continue;
    if (pattern.kind === 'target') {
      labels.add(pattern.label);
      continue;
    }
    const found =
      pattern.kind === 'package' ? [pattern.pkg] : discover(reader, config, pattern.pkg, diagnostics);
    const members = found
      .flatMap((path) => packages.get(path)?.targets ?? [])
      .filter((t) => matchesPattern(pattern, t.label));
    if (members.length === 0 && packages.diagnostics.length === 0) diagnostics.push(emptyPattern(pattern));
    for (const member of members) labels.add(member.label);
  }
  return [...labels].filter((label) => selects(patterns, label)).sort(compareCodePoints);
}

function discover(
  reader: WorkspaceReader,
  config: WorkspaceConfig,
  under: string,
  diagnostics: Diagnostic[],
): readonly string[] {
  const found = discoverPackages(reader, config.ignore, under);
  diagnostics.push(...found.diagnostics);
  return found.packages;
}

const emptyPattern = (pattern: Pattern & { kind: 'package' | 'below' }): Diagnostic => ({
  severity: 'error',
  code: 'no-targets',
  message:
    pattern.kind === 'below'
      ? `there are no targets below //${pattern.pkg}`
      : `there are no targets in //${pattern.pkg}`,
  help: 'targets are declared in the BUILD.toml of a folder; `recomp init` writes a first one',
});

const declares = (packages: PackageSource, label: Label): boolean =>
  packages.get(labelPackage(label))?.targets.some((t) => t.label === label) === true;

/** The requested targets and everything they name, breadth first. Where a name is wrong, the rest is looked at all the same. */
function closure(
  requested: readonly Label[],
  patterns: readonly Pattern[],
  packages: PackageSource,
  tools: ToolTable,
  proprietary: ProprietarySources,
  context: ResolveContext,
): Map<Label, ResolvedTarget> {
  const targets = new Map<Label, ResolvedTarget>();
  const byLabel = new Map<string, ReadonlyMap<Label, TargetDecl>>();
  const misnamed = packages.known.flatMap((pkg) => pkg.misnamed?.map((t) => t.label) ?? []);
  const queue = [...requested, ...misnamed.filter((label) => selects(patterns, label))];
  const asked = new Set<Label>(queue);
  for (let i = 0; i < queue.length; i++) {
    const label = queue[i];
    if (label === undefined) break;
    const pkg = packages.get(labelPackage(label));
    if (!pkg) continue;
    tools.adopt(pkg);
    const decls = getOrMake(
      byLabel,
      pkg.path,
      () => new Map([...pkg.targets, ...(pkg.misnamed ?? [])].map((t) => [t.label, t])),
    );
    const decl = decls.get(label);
    const target = decl && resolveTarget(decl, pkg.visibility, context);
    if (!target) continue;
    targets.set(label, proprietary.marked(target));
    for (const used of Object.values(target.labels).flat()) {
      if (!asked.has(used)) queue.push(used);
      asked.add(used);
    }
  }
  return targets;
}

function automationsOf(
  targets: ReadonlyMap<Label, ResolvedTarget>,
  packages: PackageSource,
): AutomationPackage[] {
  const paths = new Set([...targets.keys()].map(labelPackage));
  return [...packages.automations].flatMap(([path, loaded]) => (paths.has(path) ? [{ path, loaded }] : []));
}

/** Patterns of visibility are few and the same: each is read once. */
function visibleTo(): (user: ResolvedTarget, used: ResolvedTarget) => boolean {
  const parsed = new Map<string, readonly Pattern[]>();
  return (user, used) => {
    const home = labelPackage(used.label);
    if (labelPackage(user.label) === home) return true;
    const key = `${home}\0${used.visibility.join('\0')}`;
    let patterns = parsed.get(key);
    if (!patterns) {
      patterns = used.visibility.flatMap((text) => {
        const pattern = parsePattern(text, home);
        return pattern.ok ? [pattern.value] : [];
      });
      parsed.set(key, patterns);
    }
    return selects(patterns, user.label);
  };
}

function inOrder(order: readonly ResolvedTarget[], targets: readonly ConfiguredTarget[]): ConfiguredTarget[] {
  const position = new Map(order.map((t, i) => [t.label, i]));
  return [...targets].sort(
    (a, b) =>
      (position.get(a.label) ?? 0) - (position.get(b.label) ?? 0) || compareCodePoints(a.label, b.label),
  );
}
