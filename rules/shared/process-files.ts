import type { FileHandle, InlineFile, OutputFile, RuleContext, Shape } from '../../src/rule-api/index.ts';

/** The files that a process' words and variables can stand for. */
export interface ProcessFiles {
  readonly srcs: readonly FileHandle[];
  readonly deps: readonly FileHandle[];
  readonly outs: readonly OutputFile[];
  /** One path a line; asking for one makes it an input. */
  srcsFile(): InlineFile;
  depsFile(): InlineFile;
  /** Everything the process reads. */
  inputs(): readonly FileHandle[];
}

type FilesContext = Pick<RuleContext<Shape>, 'sources' | 'deps' | 'inline' | 'name'>;

export function processFiles(ctx: FilesContext, outs: readonly OutputFile[]): ProcessFiles {
  const srcs = ctx.sources('srcs');
  const deps = ctx.deps('deps').flatMap((dep) => dep.files);
  const lists = new Map<string, InlineFile>();
  const list = (name: string, files: readonly FileHandle[]): InlineFile => {
    const file = lists.get(name) ?? ctx.inline(`${ctx.name}.${name}`, [files]);
    lists.set(name, file);
    return file;
  };
  return {
    srcs,
    deps,
    outs,
    srcsFile: () => list('srcs', srcs),
    depsFile: () => list('deps', deps),
    inputs: () => [...srcs, ...deps, ...lists.values()],
  };
}
