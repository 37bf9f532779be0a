import type { Diagnostic } from '../base/diagnostic.ts';
import type { PackageDecl, PackageTool, ToolDecl } from '../model/workspace.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { placeInFile } from '../workspace/place-of.ts';

/** The tools of a workspace, and what the commands of its packages add to them. */
export class ToolTable {
  readonly #reader: WorkspaceReader;
  readonly #tools: Record<string, ToolDecl>;
  readonly #adopted = new Set<string>();
  readonly diagnostics: Diagnostic[] = [];

  constructor(reader: WorkspaceReader, declared: Readonly<Record<string, ToolDecl>>) {
    this.#reader = reader;
    this.#tools = { ...declared };
  }

  /** Grows while packages are adopted. */
  get all(): Readonly<Record<string, ToolDecl>> {
    return this.#tools;
  }

  adopt(pkg: PackageDecl): void {
    if (pkg.tools === undefined || this.#adopted.has(pkg.path)) return;
    this.#adopted.add(pkg.path);
    for (const tool of pkg.tools) this.#add(tool);
  }

  #add({ decl, explicit, file, at }: PackageTool): void {
    const known = Object.hasOwn(this.#tools, decl.name) ? this.#tools[decl.name] : undefined;
    if (known === undefined) this.#tools[decl.name] = decl;
    if (known === undefined || !explicit || known.command === decl.command) return;
    const span = placeInFile(this.#reader, file, at, 'value');
    this.diagnostics.push({
      severity: 'error',
      code: 'tool-clash',
      message: `the tool "${decl.name}" is ${decl.command} here, and ${known.command} elsewhere in this workspace`,
      ...(span && { span }),
      help: 'give one of them another name',
    });
  }
}
