import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { plainPath } from '../../automation/sources.ts';
import { parentPath } from '../../workspace/safe-path.ts';
import type { Loop } from './find-loop.ts';
import { stageFile } from './stage-files.ts';

/** The lists of digests of the last capture become the reference. */
export function acceptCapture(loop: Loop): { readonly ok: boolean; readonly lines: readonly string[] } {
  const { reference, config } = loop.loaded;
  const folder = join(
    loop.root,
    loop.pkg,
    parentPath(plainPath(config?.reference?.reference_video_toml ?? '')),
  );
  const lines: string[] = [];
  for (const part of ['frames', 'audio'] as const) {
    const hashes = reference?.hashes?.[part];
    if (hashes?.path === undefined) continue;
    if (hashes.format !== 'list')
      return {
        ok: false,
        lines: [
          `[hashes.${part}] is a ${hashes.format}: only lists of digests are accepted; put the new material there yourself`,
        ],
      };
    const captured = ['', 'hashes/']
      .map((at) => stageFile(loop, 'capture', `${at}${part}.hashes`))
      .find((file) => existsSync(file));
    if (captured === undefined)
      return { ok: false, lines: ['there is no capture yet: `recomp automate` makes one'] };
    const to = isAbsolute(hashes.path) ? hashes.path : join(folder, hashes.path);
    lines.push(`${to}: ${changes(to, captured)}`);
    copyFileSync(captured, to);
  }
  return { ok: true, lines };
}

function changes(before: string, after: string): string {
  const now = readFileSync(after, 'utf8').split('\n');
  const old = existsSync(before) ? readFileSync(before, 'utf8').split('\n') : [];
  const different = now.filter((line, i) => line !== old[i]).length;
  return different === 0 && old.length === now.length
    ? 'as it was'
    : `${different} of ${now.length - 1} are new`;
}
