import { normalize } from 'node:path/posix';
import { AUTOMATION_FILE, type LoadedAutomation } from '../automation/load-automation.ts';
import { type ProprietaryFile, proprietaryFiles } from '../automation/proprietary-files.ts';
import { plainPath } from '../automation/sources.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { getOrMake } from '../base/get-or-make.ts';
import { labelPackage } from '../model/label.ts';
import type { ResolvedTarget, SourceFile, Taint } from '../model/target.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { discoverPackages, ignoreMatcher } from '../workspace/discover-packages.ts';
import { joinPath, parentPath } from '../workspace/safe-path.ts';
import type { AutomationPackage, PackageSource } from './package-source.ts';

/**
 * Which targets name what some loop's provenance calls proprietary, whoever they are. A file of the workspace is named by its own
 * package only, so that the loops above it are asked; a file from outside may be named from anywhere, so that all of them are.
 */
export class ProprietarySources {
  readonly #reader: WorkspaceReader;
  readonly #packages: PackageSource;
  readonly #ignore: readonly string[];
  readonly #ignored: (path: string) => boolean;
  readonly #claims = new Map<string, readonly Claim[]>();
  readonly #above = new Map<string, readonly Claim[]>();
  #everywhere: readonly Claim[] | undefined;
  readonly #lenders = new Map<string, AutomationPackage>();
  readonly diagnostics: Diagnostic[] = [];

  constructor(reader: WorkspaceReader, packages: PackageSource, ignore: readonly string[]) {
    this.#reader = reader;
    this.#packages = packages;
    this.#ignore = ignore;
    this.#ignored = ignoreMatcher(ignore);
  }

  /** Loops that a target other than their own stages has a taint of. */
  get lenders(): readonly AutomationPackage[] {
    return [...this.#lenders.values()];
  }

  /** The target, tainted if what it names is. */
  marked(target: ResolvedTarget): ResolvedTarget {
    if (target.taint !== undefined) return target;
    const near = this.#upwards(labelPackage(target.label));
    for (const source of Object.values(target.sources).flat()) {
      const claims = source.kind === 'external' ? this.#all() : near;
      const claim =
        claims.length === 0 ? undefined : claims.find(({ files }) => files.has(this.#fileOf(source)));
      if (claim === undefined) continue;
      this.#lenders.set(claim.loop.path, claim.loop);
      return { ...target, taint: claim.taint };
    }
    return target;
  }

  #fileOf(source: SourceFile): string {
    return source.kind === 'external' ? source.from : `${this.#reader.root}/${source.path}`;
  }

  #upwards(pkg: string): readonly Claim[] {
    return getOrMake(this.#above, pkg, () => [
      ...this.#claimsOf(pkg),
      ...(pkg === '' ? [] : this.#upwards(parentPath(pkg))),
    ]);
  }

  #all(): readonly Claim[] {
    this.#everywhere ??= discoverPackages(this.#reader, this.#ignore).packages.flatMap((path) =>
      this.#claimsOf(path),
    );
    return this.#everywhere;
  }

  #claimsOf(path: string): readonly Claim[] {
    return getOrMake(this.#claims, path, () => this.#readClaims(path));
  }

  #readClaims(path: string): readonly Claim[] {
    const loaded = this.#ignored(joinPath(path, AUTOMATION_FILE)) ? undefined : this.#packages.loop(path);
    if (loaded === undefined) return [];
    // Whose inputs cannot be known cannot be passed over.
    this.diagnostics.push(...loaded.diagnostics.filter((fault) => hidesInputs(path, loaded, fault)));
    const files = proprietaryFiles(this.#reader.root, path, loaded);
    const { taint } = loaded;
    return taint === undefined ? [] : [{ loop: { path, loaded }, taint, files: namesOf(files) }];
  }
}

interface Claim {
  readonly loop: AutomationPackage;
  readonly taint: Taint;
  readonly files: ReadonlySet<string>;
}

function hidesInputs(
  pkg: string,
  { config, provenance }: LoadedAutomation,
  { severity, span }: Diagnostic,
): boolean {
  const file = normalize(joinPath(pkg, plainPath(config?.inputs?.provenance ?? '')));
  return severity === 'error' && (provenance === undefined || span?.file === file);
}

const namesOf = (files: readonly ProprietaryFile[]): ReadonlySet<string> =>
  new Set(files.map(({ file }) => file));
