import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInRules } from '../../rules/index.ts';
import { AUTOMATION_FILE } from '../automation/load-automation.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { hasErrors } from '../base/diagnostic.ts';
import type { Expander } from '../expand/expander.ts';
import { inProcessExpander } from '../expand/in-process-expander.ts';
import { workerExpander } from '../expand/worker-expander.ts';
import { heldEntries, listingNumber, type SeenEntry, takeSeen } from '../journal/seen-table.ts';
import { type LoadedGraph, loadGraph } from '../loading/load-graph.ts';
import type { AutomationPackage } from '../loading/package-source.ts';
import type { ToolDecl, WorkspaceConfig } from '../model/workspace.ts';
import type { RecordingReader } from '../ports/file-reader.ts';
import { type Found, findOnPath } from '../tools/find-on-path.ts';
import { type Pattern, parsePattern } from '../workspace/label-syntax.ts';
import { defaultConfig, loadConfig } from '../workspace/load-config.ts';
import { createNodeReader } from '../workspace/node-reader.ts';
import { WORKSPACE_FILE } from '../workspace/safe-path.ts';
import { planOf, type RequestPlan } from './plan-file.ts';

/** The path on which text is parsed and rules are expanded; everything heavy hangs from here. */
export interface LoadAnswer {
  readonly plan?: RequestPlan;
  /** Of the targets in the plan. */
  readonly automations?: readonly AutomationPackage[];
  /** Files and folders whose change asks for loading again. */
  readonly seen: readonly SeenEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How young a file may be, when it is read, for an edit to hide behind its times. */
const YOUNG_MS = 25;

export async function loadWorkspace(
  root: string,
  here: string,
  patternTexts: readonly string[],
): Promise<LoadAnswer> {
  const startedAt = Date.now();
  const reader = createNodeReader(root);
  const { config, diagnostics } = configOf(reader, basename(root));
  const patterns = readPatterns(patternTexts, here);
  const before = [...diagnostics, ...patterns.diagnostics];
  if (!config || patterns.patterns.length === 0) return { seen: [], diagnostics: before };
  const expander = createExpander(root, config);
  try {
    const { loaded, diagnostics: found } = await loadGraph({
      reader,
      config,
      patterns: patterns.patterns,
      expander,
      isThere: (tool) => findTool(root, tool).file !== undefined,
    });
    const all = [...before, ...found];
    if (!loaded || hasErrors(before)) return { seen: [], diagnostics: all };
    const entries = [...observed(reader), ...ruleEntries(loaded), ...toolEntries(root, loaded)];
    const seen = lookNow(root, entries, startedAt);
    return {
      plan: planOf(loaded, { ...config, tools: loaded.tools }),
      automations: loaded.automations,
      seen,
      diagnostics: all,
    };
  } finally {
    await expander.close();
  }
}

/** Outside of any workspace, the folder of an `automation.toml` is one. */
function configOf(reader: RecordingReader, name: string): ReturnType<typeof loadConfig> {
  const isAlone = reader.kind(WORKSPACE_FILE) === 'missing' && reader.kind(AUTOMATION_FILE) === 'file';
  return isAlone ? { config: defaultConfig(name), diagnostics: [] } : loadConfig(reader, name);
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

function createExpander(root: string, config: WorkspaceConfig): Expander {
  const builtInRoot = dirname(fileURLToPath(besideUs('tools')));
  const debug = process.env['RECOMP_DEBUG'] !== undefined;
  if (config.rules.use.length === 0)
    return inProcessExpander({ rules: builtInRules, root: builtInRoot, debug });
  return workerExpander({
    workspaceRoot: root,
    use: config.rules.use,
    workerUrl: besideUs('expand-worker.js'),
    rulesUrl: besideUs('rules.js'),
    builtInRoot,
    debug,
    onOutput: (text) => process.stderr.write(text),
  });
}

/** The bundle's own folder; from source (tests), the built one. */
function besideUs(name: string): URL {
  const near = new URL(name, import.meta.url);
  return existsSync(near) ? near : new URL(`../../dist/${name}`, import.meta.url);
}

const ruleEntries = ({ ruleFiles, ruleFolders }: LoadedGraph): SeenEntry[] => [
  ...ruleFiles.map((path): SeenEntry => ({ path, kind: 'load', type: 'file', wasThere: true })),
  ...ruleFolders.map((path): SeenEntry => ({ path, kind: 'load', type: 'whole-dir', wasThere: true })),
];

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

const observed = (reader: RecordingReader): SeenEntry[] =>
  [...reader.observations].map(([path, type]): SeenEntry => {
    const entries = type === 'dir' ? reader.list(path) : undefined;
    return {
      path,
      kind: 'load',
      type,
      wasThere: true,
      ...(entries && { listing: listingNumber(entries) }),
    };
  });

/**
 * Signatures are taken as soon as all is read. Young ones are doubtful: an edit since then could carry the same times. Of folders
 * it is known which entries the graph was made of, whatever has come since.
 */
function lookNow(root: string, entries: readonly SeenEntry[], startedAt: number): SeenEntry[] {
  const youngAfter = startedAt - YOUNG_MS;
  return heldEntries(
    takeSeen(
      root,
      {},
      entries.map((entry) => ({ ...entry, youngAfter })),
    ),
    'load',
  );
}
