import { type OutputFile, type RuleContext, type Shape, z } from '../../src/rule-api/index.ts';

/** What an analysis found out; paths are relative to the execution root. */
export const analysisProvider = z.strictObject({ name_map: z.string().nullable() });

/** The name map of the target that `analysis` names, if it makes one. */
export function analysedNames(ctx: Pick<RuleContext<Shape>, 'deps'>): OutputFile | undefined {
  for (const dep of ctx.deps('analysis')) {
    const parsed = analysisProvider.safeParse(dep.providers['analysis']);
    const path = parsed.success ? parsed.data.name_map : null;
    for (const file of dep.files) if (file.kind === 'output' && file.path === path) return file;
  }
  return undefined;
}
