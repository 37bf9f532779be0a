// hash-capture --out FOLDER [--frames FOLDER] [--audio FILE --chunk-bytes N]
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok } from '../../../src/base/result.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';
import { frameFiles } from '../../recompiler/validate/picture/picture-folder.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** One digest per frame, in the order of their names, and one per chunk of sound. */
runTool({
  name: 'hash-capture',
  required: ['out'],
  optional: ['frames', 'audio', 'chunk-bytes'],
  run(get, find) {
    mkdirSync(get('out'), { recursive: true });
    const write = (name: string, hashes: readonly string[]): void =>
      writeFileSync(join(get('out'), name), hashes.map((hash) => `${hash}\n`).join(''));
    const frames = find('frames');
    if (frames !== undefined) {
      const names = frameFiles(frames);
      if (names.length === 0) return err(`${frames} has no frames`);
      write(
        'frames.hashes',
        names.map((name) => sha256(readFileSync(join(frames, name)))),
      );
    }
    const audio = find('audio');
    if (audio !== undefined) {
      const size = Number(find('chunk-bytes'));
      const bytes = readFileSync(audio);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      write('audio.hashes', chunks.map(sha256));
    }
    return ok(0);
  },
});
