// Writes schemas/ from the models in the source; with --check, fails when what is committed differs from them.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'schemas');

async function readTexts() {
  const scratch = mkdtempSync(join(tmpdir(), 'recomp-schemas-'));
  try {
    const outfile = join(scratch, 'schema-texts.mjs');
    await build({
      entryPoints: [join(root, 'scripts/schema-texts.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      logLevel: 'warning',
      banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
    });
    const { schemaTexts } = await import(pathToFileURL(outfile).href);
    return await schemaTexts();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const read = (name) => {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return undefined;
  }
};

const texts = await readTexts();
mkdirSync(folder, { recursive: true });
const stale = readdirSync(folder).filter((name) => name.endsWith('.json') && !texts.has(name));
if (process.argv.includes('--check')) {
  const wrong = [...[...texts].filter(([name, text]) => read(name) !== text).map(([name]) => name), ...stale];
  for (const name of wrong)
    process.stderr.write(`schemas/${name} is not what the source says: run node scripts/schemas.mjs\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} else {
  for (const name of stale) rmSync(join(folder, name));
  for (const [name, text] of texts) writeFileSync(join(folder, name), text);
}
