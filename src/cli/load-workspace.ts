import { basename, dirname, join } from 'node:path';
import type { AutomationChoice } from '../automation/load-automation.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { hasErrors } from '../base/diagnostic.ts';
import type { ExpandedBefore } from '../expand/expand-changed.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import { type LoadedGraph, loadGraph } from '../loading/load-graph.ts';
import type { AutomationPackage } from '../loading/package-source.ts';
import type { ToolDecl, WorkspaceConfig } from '../model/workspace.ts';
import { type Found, findOnPath } from '../tools/find-on-path.ts';
import { type Pattern, parsePattern } from '../workspace/label-syntax.ts';
import { createNodeReader } from '../workspace/node-reader.ts';
import { openPackages } from './package-memory.ts';
import { planOf, type RequestPlan } from './plan-file.ts';
import { configOf, createExpander, lookNow, observed, ruleEntries } from './workspace-sources.ts';

/** The path on which text is parsed and rules are expanded; everything heavy hangs from here. */
export interface LoadAnswer {
  readonly plan?: RequestPlan;
  /** Of the targets in the plan. */
  readonly automations?: readonly AutomationPackage[];
  /** Whose proprietary inputs other targets in the plan name. */
  readonly lenders?: readonly AutomationPackage[];
  /** Files and folders whose change asks for loading again, also where there is no plan. */
  readonly seen: readonly SeenEntry[];
  /** With a plan: whether a target is declared, as far as files were read. */
  readonly mayDeclare?: (label: string) => boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export async function loadWorkspace(
  root: string,
  here: string,
  patternTexts: readonly string[],
  automation?: AutomationChoice,
  expanded?: ExpandedBefore,
): Promise<LoadAnswer> {
  const startedAt = Date.now();
  const reader = createNodeReader(root);
  const { config, diagnostics } = configOf(reader, basename(root), automation);
  const patterns = readPatterns(patternTexts, here);
  const before = [...diagnostics, ...patterns.diagnostics];
  if (!config || patterns.patterns.length === 0)
    return { seen: lookNow(root, observed(reader), startedAt), diagnostics: before };
  const expander = createExpander(root, config);
  const packages = openPackages(root);
  try {
    const {
      loaded,
      ruleFiles,
      diagnostics: found,
    } = await loadGraph({
      reader,
      config,
      patterns: patterns.patterns,
      expander,
      automation,
      packages,
      before: expanded,
      isThere: (tool) => findTool(root, tool).file !== undefined,
    });
    packages.save();
    const all = [...before, ...found];
    if (!loaded || hasErrors(before)) {
      const tried = [
        ...observed(reader),
        ...ruleEntries({ ruleFiles, ruleFolders: [] }),
        ...mendingPlaces(root, config, ruleFiles),
      ];
      return { seen: lookNow(root, tried, startedAt), diagnostics: all };
    }
    const entries = [
      ...observed(reader),
      ...ruleEntries({ ruleFiles, ruleFolders: loaded.ruleFolders }),
      ...toolEntries(root, loaded),
    ];
    const seen = lookNow(root, entries, startedAt);
    return {
      plan: planOf(
        { ...loaded, ...loopsOf(loaded), expansion: () => loaded.expansion },
        { ...config, tools: loaded.tools },
      ),
      automations: loaded.automations,
      lenders: loaded.lenders,
      seen,
      mayDeclare: loaded.mayDeclare,
      diagnostics: all,
    };
  } finally {
    await expander.close();
  }
}

/** The loops whose stages are built; a target that lies beside one is none of them. */
function loopsOf({ graph, automations }: LoadedGraph): Pick<RequestPlan, 'stages' | 'policies'> {
  const declared = automations.map(({ path, loaded }) => ({
    loop: `//${path}`,
    policy: loaded.config?.policy ?? {},
    labels: new Set(loaded.targets.map((target) => target.label)),
  }));
  const stages = graph.targets
    .map((t) => t.label)
    .filter((label) => declared.some((d) => d.labels.has(label)));
  const built = declared.filter((d) => stages.some((label) => d.labels.has(label)));
  return { stages, policies: built.map(({ loop, policy }) => ({ loop, policy })) };
}

function readPatterns(
  texts: readonly string[],
  here: string,
): { patterns: Pattern[]; diagnostics: Diagnostic[] } {
  const patterns: Pattern[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const text of texts) {
    const pattern = parsePattern(text, here);
    if (pattern.ok) patterns.push(pattern.value);
    else diagnostics.push({ severity: 'error', code: 'bad-pattern', message: pattern.error });
  }
  return { patterns, diagnostics };
}

/** Where what a rule package lacks may turn up: its own file, or one that another of its files imports. */
function mendingPlaces(root: string, { rules }: WorkspaceConfig, ruleFiles: readonly string[]): SeenEntry[] {
  const named = rules.use.filter(({ spec }) => spec.startsWith('.')).map(({ spec }) => join(root, spec));
  const folders = new Set(ruleFiles.filter((file) => !file.includes('/node_modules/')).map(dirname));
  return [
    ...named.map((path): SeenEntry => ({ path, kind: 'load', type: 'file' })),
    // What lies there now may have come after it was looked for: only a folder that is older than that is known.
    ...[...folders].map((path): SeenEntry => ({ path, kind: 'load', type: 'whole-dir' })),
  ];
}

const findTool = (root: string, { command }: ToolDecl): Found =>
  findOnPath(command, process.env['PATH'] ?? '', root);

/** Where a tool is, and where one would be found before it: installing or removing it asks for loading again. */
const toolEntries = (root: string, { askedTools }: LoadedGraph): SeenEntry[] =>
  askedTools.flatMap((tool) => {
    const { file, before } = findTool(root, tool);
    return [...before, ...(file === undefined ? [] : [file])].map(
      (path): SeenEntry => ({ path, kind: 'load', type: 'file' }),
    );
  });
