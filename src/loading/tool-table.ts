import type { Diagnostic } from '../base/diagnostic.ts';
import type { ToolsThere } from '../expand/expander.ts';
import type { PackageDecl, PackageTool, ToolDecl } from '../model/workspace.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { placeInFile } from '../workspace/place-of.ts';

/** The tools of a workspace, and what the commands of its packages add to them. */
export class ToolTable {
  readonly #reader: WorkspaceReader;
  readonly #tools: Record<string, ToolDecl>;
  readonly #declared: Readonly<Record<string, ToolDecl>>;
  /** By package, the names that its commands add. */
  readonly #adopted = new Map<string, readonly string[]>();
  readonly diagnostics: Diagnostic[] = [];

  constructor(reader: WorkspaceReader, declared: Readonly<Record<string, ToolDecl>>) {
    this.#reader = reader;
    this.#declared = declared;
    this.#tools = { ...declared };
  }

  /** Grows while packages are adopted. */
  get all(): Readonly<Record<string, ToolDecl>> {
    return this.#tools;
  }

  adopt(pkg: PackageDecl): void {
    if (pkg.tools === undefined || this.#adopted.has(pkg.path)) return;
    this.#adopted.set(
      pkg.path,
      pkg.tools.map((tool) => tool.decl.name),
    );
    for (const tool of pkg.tools) this.#add(tool);
  }

  /**
   * The tools on this machine. What a package adds is for its own targets: whether another package is loaded with them must
   * not change what they are. Node runs recomp itself, so it is there without a word.
   */
  there(isThere: (tool: ToolDecl) => boolean): ToolsThere {
    const present = (names: readonly string[]): string[] =>
      this.named(names)
        .filter(isThere)
        .map((t) => t.name);
    return {
      everywhere: ['node', ...present(Object.keys(this.#declared))],
      inPackage: Object.fromEntries([...this.#adopted].map(([path, names]) => [path, present(names)])),
    };
  }

  /** The declarations of these names, as far as there are any. */
  named(names: readonly string[]): readonly ToolDecl[] {
    return names.flatMap((name) => (Object.hasOwn(this.#tools, name) ? (this.#tools[name] ?? []) : []));
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
