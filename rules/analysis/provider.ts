import { type OutputFile, type RuleContext, type Shape, z } from '../../src/rule-api/index.ts';

/** What an analysis found out; paths are relative to the execution root. */
export const analysisProvider = z.strictObject({
  /** All names, as they were decided on. */
  name_map: z.string().nullable(),
  /** Functions and jump tables for the lift, if recomp’s own analysis looked for them. */
  shape: z.string().nullable(),
});

/** The name map, and the code’s shape, of the target that `analysis` names, as far as it makes them. */
export function analysed(ctx: Pick<RuleContext<Shape>, 'deps'>): {
  readonly names?: OutputFile;
  readonly shape?: OutputFile;
} {
  for (const dep of ctx.deps('analysis')) {
    const parsed = analysisProvider.safeParse(dep.providers['analysis']);
    if (!parsed.success) continue;
    const at = (path: string | null): OutputFile | undefined => {
      for (const file of dep.files) if (file.kind === 'output' && file.path === path) return file;
      return undefined;
    };
    const [names, shape] = [at(parsed.data.name_map), at(parsed.data.shape)];
    return { ...(names && { names }), ...(shape && { shape }) };
  }
  return {};
}
