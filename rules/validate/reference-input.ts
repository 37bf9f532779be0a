import type { InputFile, RuleContext, Shape, Word } from '../../src/rule-api/index.ts';
import { sourceIfAny } from '../shared/one-source.ts';

export interface ReferenceInput {
  /** The tool's words that name it. */
  readonly words: readonly Word[];
  readonly files: readonly InputFile[];
}

type Context = Pick<RuleContext<Shape>, 'sources' | 'fail'>;

/** The reference that a target names, as a folder or by its reference_video.toml; what is wrong is reported. */
export function referenceInput(ctx: Context): ReferenceInput | undefined {
  const files = ctx.sources('reference');
  const video = sourceIfAny(ctx, 'reference_video');
  if (video === undefined) {
    const folder = referenceFolder(ctx, files);
    return folder === undefined ? undefined : { words: ['--reference', folder], files };
  }
  const parts = (['frames', 'audio'] as const).flatMap((part): Word[] => {
    const material = ctx.sources(`reference_${part}`);
    const [only] = material;
    if (only === undefined) return [];
    const place = material.length === 1 ? only : commonFolder(ctx, `reference_${part}`, material);
    return place === undefined ? [] : [`--reference-${part}`, place];
  });
  const all = [...files, ...ctx.sources('reference_frames'), ...ctx.sources('reference_audio')];
  return { words: ['--reference', video, ...parts], files: all };
}

function referenceFolder(ctx: Context, files: readonly InputFile[]): string | undefined {
  const known = /(^|\/)frames\.(hashes|bin|pack)$/;
  if (!files.some(({ path }) => known.test(path))) {
    const help = 'reference = ["reference/frames.hashes", "reference/audio.hashes"]';
    ctx.fail('reference has no frames.hashes', ['reference'], help);
    return undefined;
  }
  return commonFolder(ctx, 'reference', files);
}

function commonFolder(ctx: Context, attribute: string, files: readonly InputFile[]): string | undefined {
  const folders = new Set(files.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/')))));
  const [folder] = folders;
  if (folders.size === 1 && folder !== undefined) return folder === '' ? '.' : folder;
  ctx.fail(`the files of ${attribute} lie in ${folders.size} folders: it must be one`, [attribute]);
  return undefined;
}
