import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInRules } from '../../rules/index.ts';
import { AUTOMATION_FILE, type AutomationChoice } from '../automation/load-automation.ts';
import type { Expander } from '../expand/expander.ts';
import { inProcessExpander } from '../expand/in-process-expander.ts';
import { workerExpander } from '../expand/worker-expander.ts';
import { listingNumber } from '../journal/folder-listing.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import { heldEntries } from '../journal/seen-table.ts';
import { takeSeen } from '../journal/take-seen.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import type { RecordingReader } from '../ports/file-reader.ts';
import { defaultConfig, loadConfig } from '../workspace/load-config.ts';
import { WORKSPACE_FILE } from '../workspace/safe-path.ts';
import { besideUs } from './beside-us.ts';
import { stderr } from './stderr.ts';

/** Outside of any workspace, the folder of an `automation.toml` is one. */
export function configOf(
  reader: RecordingReader,
  name: string,
  automation?: AutomationChoice,
): ReturnType<typeof loadConfig> {
  const loop = automation?.pkg === '' ? automation.name : AUTOMATION_FILE;
  const isAlone = reader.kind(WORKSPACE_FILE) === 'missing' && reader.kind(loop) === 'file';
  return isAlone ? { config: defaultConfig(name), diagnostics: [] } : loadConfig(reader, name);
}

export function createExpander(root: string, config: WorkspaceConfig): Expander {
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
    onOutput: (text) => stderr.write(text),
  });
}

export const ruleEntries = ({
  ruleFiles,
  ruleFolders,
}: {
  readonly ruleFiles: readonly string[];
  readonly ruleFolders: readonly string[];
}): SeenEntry[] => [
  ...ruleFiles.map((path): SeenEntry => ({ path, kind: 'load', type: 'file', wasThere: true })),
  ...ruleFolders.map((path): SeenEntry => ({ path, kind: 'load', type: 'whole-dir', wasThere: true })),
];

export const observed = (reader: RecordingReader): SeenEntry[] =>
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

/** How young a file may be, when it is read, for an edit to hide behind its times. */
const YOUNG_MS = 25;

/**
 * Signatures are taken as soon as all is read. Young ones are doubtful: an edit since then could carry the same times. Of folders
 * it is known which entries the graph was made of, whatever has come since.
 */
export function lookNow(root: string, entries: readonly SeenEntry[], startedAt: number): SeenEntry[] {
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
