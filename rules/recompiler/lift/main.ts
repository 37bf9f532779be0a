// lift --module FOLDER --out FOLDER [--analysis analysis.json] [--shard-bytes N]
import { err, ok, type Result } from '../../../src/base/result.ts';
import { NO_HINTS } from '../analyse/hints.ts';
import { readDiscovery } from '../analyse/read-analysis.ts';
import { loadImage } from '../module/load-image.ts';
import { readText, writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { type Discovery, discover } from './discover.ts';
import type { Image } from './image.ts';
import { DEFAULT_SHARD_BYTES, lift } from './lift.ts';

runTool({
  name: 'lift',
  required: ['module', 'out'],
  optional: ['analysis', 'shard-bytes'],
  run(get, find) {
    const image = loadImage(get('module'));
    if (!image.ok) return image;
    const shardBytes = Number(find('shard-bytes') ?? DEFAULT_SHARD_BYTES);
    if (!Number.isInteger(shardBytes) || shardBytes < 64)
      return err('--shard-bytes is a whole number from 64');
    const discovery = loadDiscovery(image.value, find('analysis'));
    if (!discovery.ok) return discovery;
    writeFiles(get('out'), lift(image.value, discovery.value, shardBytes));
    return ok(0);
  },
});

function loadDiscovery(image: Image, path: string | undefined): Result<Discovery, string> {
  if (path === undefined) return ok(discover(image, NO_HINTS));
  const text = readText(path);
  return text.ok ? readDiscovery(image, text.value) : text;
}
