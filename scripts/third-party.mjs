// Writes THIRD-PARTY-LICENSES.txt: the licences of the packages whose code the bundles carry, found by asking the bundler.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

async function bundledPackages() {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts', 'src/index.ts', 'src/rule-api/index.ts', 'src/expand/worker-main.ts'],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    outdir: 'unused',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const folders = Object.keys(metafile.inputs).flatMap((path) => {
    const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path);
    return match ? [match[0]] : [];
  });
  return [...new Set(folders)].sort();
}

function licenceOf(folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e(?:\.\w+)?$/i.test(name));
  const text =
    file === undefined
      ? `(${manifest.license}; the package carries no text)`
      : readFileSync(join(root, folder, file), 'utf8').trim();
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}\n`;
}

const rule = `\n${'-'.repeat(80)}\n\n`;
const licences = (await bundledPackages()).map(licenceOf);
writeFileSync(
  join(root, 'THIRD-PARTY-LICENSES.txt'),
  `The program files of this package carry code of these packages:\n${rule}${licences.join(rule)}`,
);
