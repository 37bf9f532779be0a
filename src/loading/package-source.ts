import {
  AUTOMATION_FILE,
  type AutomationChoice,
  type LoadedAutomation,
  loadAutomation,
} from '../automation/load-automation.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { TargetDecl } from '../model/target.ts';
import type { PackageDecl } from '../model/workspace.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { parseBuildFile } from '../workspace/parse-build-file.ts';
import { placeInTarget } from '../workspace/place-of.ts';
import { BUILD_FILE, joinPath } from '../workspace/safe-path.ts';
import { MAX_TOML_BYTES } from '../workspace/toml-document.ts';
import type { PackageMemory } from './package-memory.ts';

export interface AutomationPackage {
  /** Workspace-relative folder. */
  readonly path: string;
  readonly loaded: LoadedAutomation;
}

/** Packages by folder, each read once. */
export class PackageSource {
  readonly #reader: WorkspaceReader;
  readonly #chosen: AutomationChoice | undefined;
  readonly #memory: PackageMemory | undefined;
  readonly #packages = new Map<string, PackageDecl | undefined>();
  readonly #loops = new Map<string, LoadedAutomation | undefined>();
  readonly diagnostics: Diagnostic[] = [];
  /** Of the packages read so far. */
  readonly automations = new Map<string, LoadedAutomation>();

  constructor(reader: WorkspaceReader, chosen?: AutomationChoice, memory?: PackageMemory) {
    this.#reader = reader;
    this.#chosen = chosen;
    this.#memory = memory;
  }

  /** Undefined: there is no package, or it cannot be read (which has been said). */
  get(path: string): PackageDecl | undefined {
    if (!this.#packages.has(path)) this.#packages.set(path, this.#load(path));
    return this.#packages.get(path);
  }

  /** Those read so far. */
  get known(): readonly PackageDecl[] {
    return [...this.#packages.values()].flatMap((pkg) => (pkg ? [pkg] : []));
  }

  /** The loop that a folder describes, if it does; by itself, whatever else makes the folder a package. */
  loop(path: string): LoadedAutomation | undefined {
    if (!this.#loops.has(path)) this.#loops.set(path, this.#loadLoop(path));
    return this.#loops.get(path);
  }

  #loadLoop(path: string): LoadedAutomation | undefined {
    const name = this.#loopFile(path);
    return this.#reader.kind(joinPath(path, name)) === 'file'
      ? loadAutomation(this.#reader, path, name)
      : undefined;
  }

  #loopFile(path: string): string {
    return this.#chosen?.pkg === path ? this.#chosen.name : AUTOMATION_FILE;
  }

  #load(path: string): PackageDecl | undefined {
    const declared = this.#loadBuildFile(path);
    const loaded = this.loop(path);
    if (loaded === undefined) return declared;
    const { targets, tools, diagnostics } = loaded;
    this.automations.set(path, loaded);
    this.diagnostics.push(...diagnostics);
    const names = new Map(declared?.targets.map((target) => [target.label, target]));
    const own = targets.filter((stage) => {
      const other = names.get(stage.label);
      if (other) this.diagnostics.push(this.#clash(stage, other));
      return other === undefined;
    });
    const file = declared?.file ?? joinPath(path, this.#loopFile(path));
    return { path, file, ...declared, targets: [...(declared?.targets ?? []), ...own], tools };
  }

  #clash(stage: TargetDecl, other: TargetDecl): Diagnostic {
    const span = placeInTarget(this.#reader, other, ['name'], 'value');
    return {
      severity: 'error',
      code: 'duplicate-target',
      message: `${stage.file} has the stage ${stage.label}, and ${other.file} a target of that name`,
      ...(span && { span }),
      help: 'give the target another name',
    };
  }

  #loadBuildFile(path: string): PackageDecl | undefined {
    const file = joinPath(path, BUILD_FILE);
    const read = this.#reader.readText(file, MAX_TOML_BYTES);
    if (!read.ok) {
      if (read.problem !== 'missing') {
        this.diagnostics.push({
          severity: 'error',
          code: 'unreadable-file',
          message: `${file} cannot be read: ${read.problem}${read.detail ? ` (${read.detail})` : ''}`,
        });
      }
      return undefined;
    }
    const known = this.#memory?.recall(path, read.text);
    if (known) return known;
    const { pkg, diagnostics } = parseBuildFile(path, read.text);
    this.diagnostics.push(...diagnostics);
    if (pkg && diagnostics.length === 0) this.#memory?.keep(path, read.text, pkg);
    return pkg;
  }
}
