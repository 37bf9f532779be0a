// encode-image --module FOLDER --out FOLDER
import { ok } from '../../../src/base/result.ts';
import { loadImage } from '../module/load-image.ts';
import { IMAGE_ASSEMBLY, imageBytes } from '../print-c/image.ts';
import { writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { bytecodeOf } from './image.ts';

/** The program's memory, and its code as the interpreter reads it. Neither knows of functions: what is found later changes nothing. */
runTool({
  name: 'encode-image',
  required: ['module', 'out'],
  run(get) {
    const image = loadImage(get('module'));
    if (!image.ok) return image;
    writeFiles(get('out'), [
      ['image.S', IMAGE_ASSEMBLY],
      ['image.bin', imageBytes(image.value)],
      ['ir.bin', bytecodeOf(image.value)],
    ]);
    return ok(0);
  },
});
