// lift --module FOLDER --out FOLDER [--names name_map.json] [--shard-bytes N]
import { join } from 'node:path';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { type Module, parseManifest } from '../module/manifest.ts';
import { readBytes, readText, writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { DEFAULT_SHARD_BYTES, lift } from './lift.ts';
import { parseNameMap } from './name-map.ts';

runTool({
  name: 'lift',
  required: ['module', 'out'],
  optional: ['names', 'shard-bytes'],
  run(get, find) {
    const loaded = loadModule(get('module'));
    if (!loaded.ok) return loaded;
    const names = loadNames(find('names'));
    if (!names.ok) return names;
    const shardBytes = Number(find('shard-bytes') ?? DEFAULT_SHARD_BYTES);
    if (!Number.isInteger(shardBytes) || shardBytes < 64)
      return err('--shard-bytes is a whole number from 64');
    const { module, contents } = loaded.value;
    const files = lift(module, (s) => contents.get(s.name) ?? new Uint8Array(), {
      shardBytes,
      names: names.value,
    });
    writeFiles(get('out'), files);
    return ok(0);
  },
});

function loadModule(folder: string): Result<{ module: Module; contents: Map<string, Uint8Array> }, string> {
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
  return ok({ module, contents });
}

function loadNames(path: string | undefined): Result<ReadonlyMap<number, string>, string> {
  if (path === undefined) return ok(new Map());
  const text = readText(path);
  return text.ok ? parseNameMap(text.value) : text;
}
