import type { ActionTable } from '../graph/action-table.ts';
import type { ActionDecl } from '../model/action.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { TraceSource } from './trace.ts';

/**
 * Outputs of a template's instances get their names when its directory is known. Here they are held against each other and
 * against every other output of the graph: one path has one maker, and none lies inside another.
 */
export class OutputClaims {
  readonly #table: ActionTable;
  readonly #traces: TraceSource;
  readonly #wanted: Uint8Array;
  #makers: Map<string, string> | undefined;
  readonly #folders = new Set<string>();

  /** `wanted`: 1 for what this build looks at; other templates keep the outputs they had. */
  constructor(table: ActionTable, traces: TraceSource, wanted: Uint8Array) {
    this.#table = table;
    this.#traces = traces;
    this.#wanted = wanted;
  }

  claim(maker: string, decls: readonly ActionDecl[]): ActionFailure | undefined {
    this.#makers ??= this.#declared();
    for (const { path } of decls.flatMap((d) => d.outputs)) {
      const problem = isClean(path) ? this.#clash(path) : 'is not a clean relative path';
      if (problem !== undefined) return { kind: 'bad-output', blame: 'input', path, problem };
      this.#add(this.#makers, path, maker);
    }
    return undefined;
  }

  #clash(path: string): string | undefined {
    const maker = this.#makers?.get(path);
    if (maker !== undefined) return `is made by ${maker} as well`;
    if (this.#folders.has(path)) return 'is a folder that other outputs lie in';
    for (const folder of foldersOf(path)) {
      const outer = this.#makers?.get(folder);
      if (outer !== undefined) return `lies inside ${folder}, an output of ${outer}`;
    }
    return undefined;
  }

  #declared(): Map<string, string> {
    const makers = new Map<string, string>();
    for (let i = 0; i < this.#table.size; i++) {
      const { id, decl } = this.#table.node(i);
      if (!decl.each) for (const { path } of decl.outputs) this.#add(makers, path, id);
      else if (this.#wanted[i] !== 1) {
        for (const item of this.#traces.at(i, id)?.items ?? []) {
          for (const { path } of this.#traces.byId(`${id}[${item}]`)?.result.outputs ?? [])
            this.#add(makers, path, id);
        }
      }
    }
    return makers;
  }

  #add(makers: Map<string, string>, path: string, maker: string): void {
    makers.set(path, maker);
    for (const folder of foldersOf(path)) this.#folders.add(folder);
  }
}

const isClean = (path: string): boolean =>
  !path.split('/').some((part) => part === '' || part === '.' || part === '..');

function* foldersOf(path: string): Generator<string> {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    yield path.slice(0, slash);
}
