// lift --module FOLDER --region FILE --out FILE --shard-bytes N
import { ok } from '../../../src/base/result.ts';
import { readDiscovery } from '../analyse/read-analysis.ts';
import { loadImage } from '../module/load-image.ts';
import { printShards } from '../print-c/shards.ts';
import { readText, writeFile } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { printPart } from './part.ts';
import { symbolsOf } from './symbols.ts';

/** One region of a planned lift. Its shards come in one file: how many there are is its own affair. */
runTool({
  name: 'lift',
  required: ['module', 'region', 'out', 'shard-bytes'],
  run(get) {
    const image = loadImage(get('module'));
    if (!image.ok) return image;
    const text = readText(get('region'));
    const region = text.ok ? readDiscovery(image.value, text.value) : text;
    if (!region.ok) return region;
    const shards = printShards(image.value, region.value, symbolsOf(image.value), Number(get('shard-bytes')));
    writeFile(get('out'), printPart(shards));
    return ok(0);
  },
});
