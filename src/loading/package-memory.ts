import type { PackageDecl } from '../model/workspace.ts';

/** What texts of packages were read as before: reading them again gives the same. Only texts without a mistake are kept. */
export interface PackageMemory {
  recall(path: string, text: string): PackageDecl | undefined;
  keep(path: string, text: string, pkg: PackageDecl): void;
}
