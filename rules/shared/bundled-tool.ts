import type { PackageFile, RuleContext, Shape } from '../../src/rule-api/index.ts';

/** The programs of the stages lie beside the bundle that this module becomes part of; run from source, in the built one. */
const FOLDER = import.meta.url.endsWith('.ts') ? '../../dist/tools' : './tools';

/** A file or folder below `dist/tools`. Being an input, its content is in the key of whatever runs it. */
export const bundledTool = (ctx: Pick<RuleContext<Shape>, 'packageFile'>, path: string): PackageFile =>
  ctx.packageFile(import.meta.url, `${FOLDER}/${path}`);
