// plan-lift --module FOLDER --analysis shape.json --out FOLDER --report FILE --shard-bytes N
import { err, ok } from '../../../src/base/result.ts';
import { readDiscovery } from '../analyse/read-analysis.ts';
import { printReport } from '../lift/report.ts';
import { loadImage } from '../module/load-image.ts';
import { readText, writeFile, writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { planLift, WINDOWS_TO_A_REGION } from './plan.ts';

runTool({
  name: 'plan-lift',
  required: ['module', 'analysis', 'out', 'report', 'shard-bytes'],
  run(get) {
    const image = loadImage(get('module'));
    if (!image.ok) return image;
    const shardBytes = Number(get('shard-bytes'));
    if (!Number.isInteger(shardBytes) || shardBytes < 64)
      return err('--shard-bytes is a whole number from 64');
    const text = readText(get('analysis'));
    const discovery = text.ok ? readDiscovery(image.value, text.value) : text;
    if (!discovery.ok) return discovery;
    writeFiles(get('out'), planLift(image.value, discovery.value, shardBytes * WINDOWS_TO_A_REGION));
    writeFile(get('report'), printReport(image.value, discovery.value));
    return ok(0);
  },
});
