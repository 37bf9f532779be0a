// lift-wasm --module FOLDER --analysis shape.json --out FILE
import { ok } from '../../../src/base/result.ts';
import { readDiscovery } from '../analyse/read-analysis.ts';
import { loadImage } from '../module/load-image.ts';
import { readText, writeFile } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { printModule } from './module.ts';

/** The whole program, without names: a WebAssembly module is one, whatever of it has changed. */
runTool({
  name: 'lift-wasm',
  required: ['module', 'analysis', 'out'],
  run(get) {
    const image = loadImage(get('module'));
    if (!image.ok) return image;
    const text = readText(get('analysis'));
    const discovery = text.ok ? readDiscovery(image.value, text.value) : text;
    if (!discovery.ok) return discovery;
    writeFile(get('out'), printModule(image.value, discovery.value));
    return ok(0);
  },
});
