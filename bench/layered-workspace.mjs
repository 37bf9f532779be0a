// A layered graph as a recomp workspace: LAYERS × WIDTH targets, each of which digests its source and the outputs of FANIN
// neighbours of the layer below.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function writeLayered(root, { layers, width, fanin }) {
  writeIn(root, 'recomp.toml', '[workspace]\nname = "bench"\n');
  const name = (layer, i) => `l${layer}n${String(i).padStart(5, '0')}`;
  for (let layer = 0; layer < layers; layer++) {
    for (let i = 0; i < width; i++) {
      const deps =
        layer === 0
          ? []
          : Array.from(
              { length: Math.min(fanin, width) },
              (_, k) => `"//p/${name(layer - 1, (i + k) % width)}:build"`,
            );
      const folder = `p/${name(layer, i)}`;
      writeIn(root, `${folder}/in.txt`, `# comment\n${`${folder} line\n`.repeat(40)}`);
      writeIn(
        root,
        `${folder}/BUILD.toml`,
        `[[target]]\nname = "build"\nrule = "command"\nsrcs = ["in.txt"]\ndeps = [${deps.join(', ')}]\nouts = ["out.txt"]\nshell = "grep -hv '^#' $SRCS $DEPS | sha256sum > $OUT"\n`,
      );
    }
  }
  return { count: layers * width, top: `p/${name(layers - 1, 0)}/in.txt` };
}

function writeIn(root, path, text) {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}
