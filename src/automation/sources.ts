import type { Json } from '../base/canonical-json.ts';
import type { KeyPath } from '../model/target.ts';
import { joinPath, relativePathFault } from '../workspace/safe-path.ts';
import type { StageContext, Value } from './stage-target.ts';

/** `./a/b/` as `a/b`: people write both. */
export const plainPath = (text: string): string => text.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '');

/** A path of the file as what attributes of kind sources take; undefined: there is none, or it is no path, which is reported. */
export function source(ctx: StageContext, text: string | undefined, at: KeyPath): Value | undefined {
  const value = text === undefined ? undefined : sourceValue(ctx, text, at);
  return value === undefined ? undefined : { value, at };
}

/** The same for several. */
export function sources(ctx: StageContext, texts: readonly string[], at: KeyPath): Json[] {
  return texts.flatMap((text, i) => sourceValue(ctx, text, [...at, i]) ?? []);
}

function sourceValue(ctx: StageContext, text: string, at: KeyPath): Json | undefined {
  if (text.startsWith('/')) return { external: text };
  const path = plainPath(text);
  if (path === '' || ctx.kind(joinPath(ctx.pkg, path)) === 'dir')
    return { glob: path === '' ? '**' : `${path}/**` };
  if (relativePathFault(path) !== 'parent') return path;
  const message = `${JSON.stringify(text)} leaves the folder of this file by \`..\``;
  const help = 'move it below this folder, or write where it is outside the workspace: an absolute path';
  ctx.report({ code: 'source-leaves-workspace', at, part: 'value', message, help });
  return undefined;
}
