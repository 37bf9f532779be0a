import { resolve } from 'node:path';
import type { Json } from '../base/canonical-json.ts';
import type { KeyPath } from '../model/target.ts';
import { joinPath, OUTPUT_DIR, relativePathFault } from '../workspace/safe-path.ts';
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
  if (text.startsWith('/')) return { external: text.replace(/(?<=.)\/+$/, '') };
  const path = plainPath(text);
  if (path === '' || ctx.kind(joinPath(ctx.pkg, path)) === 'dir')
    return { glob: path === '' ? '**' : `${path}/**` };
  return relativePathFault(path) === 'parent' ? beyond(ctx, path, at) : path;
}

/** What leaves the folder by `..` is as if its absolute path were written; what targets make is not to be had that way. */
function beyond(ctx: StageContext, path: string, at: KeyPath): Json | undefined {
  const external = resolve(ctx.root, ctx.pkg, path);
  if (!external.startsWith(`${ctx.root}/${OUTPUT_DIR}/`)) return { external };
  const message = `${JSON.stringify(path)} lies in ${OUTPUT_DIR}: it is made by a target`;
  const help = 'declare a target in a BUILD.toml that reads it, or a stage of this file that makes it';
  ctx.report({ code: 'source-in-outputs', at, part: 'value', message, help });
  return undefined;
}
