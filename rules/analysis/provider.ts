import { type OutputFile, type RuleContext, type Shape, z } from '../../src/rule-api/index.ts';

/** What an analysis found out; paths are relative to the execution root. */
export const analysisProvider = z.strictObject({
  /** All names, as they were decided on. */
  name_map: z.string().nullable(),
  /** Functions and jump tables, if recomp’s own analysis looked for them. */
  code: z.string().nullable(),
});

/** The name map, and the code’s shape, of the target that `analysis` names, as far as it makes them. */
export function analysed(ctx: Pick<RuleContext<Shape>, 'deps'>): {
  readonly names?: OutputFile;
  readonly code?: OutputFile;
} {
  for (const dep of ctx.deps('analysis')) {
    const parsed = analysisProvider.safeParse(dep.providers['analysis']);
    if (!parsed.success) continue;
    const at = (path: string | null): OutputFile | undefined => {
      for (const file of dep.files) if (file.kind === 'output' && file.path === path) return file;
      return undefined;
    };
    const [names, code] = [at(parsed.data.name_map), at(parsed.data.code)];
    return { ...(names && { names }), ...(code && { code }) };
  }
  return {};
}
