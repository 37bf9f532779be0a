import { join } from 'node:path';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { type Image, makeImage } from '../lift/image.ts';
import { readBytes, readText } from '../tool/files.ts';
import { parseManifest } from './manifest.ts';

/** What intake left in a folder, as it lies in memory. */
export function loadImage(folder: string): Result<Image, string> {
  const text = readText(join(folder, 'module.json'));
  if (!text.ok) return text;
  const manifest = parseManifest(text.value);
  if (!manifest.ok) return manifest;
  const module = manifest.value.modules[0];
  if (module === undefined) return err('module.json names no module');
  const contents = new Map<string, Uint8Array>();
  for (const segment of module.segments) {
    const content = readBytes(join(folder, segment.content));
    if (!content.ok) return content;
    if (content.value.length !== segment.file_size)
      return err(`${segment.content} does not have ${segment.file_size} bytes`);
    contents.set(segment.name, content.value);
  }
  return ok(makeImage(module, (s) => contents.get(s.name) ?? new Uint8Array()));
}
