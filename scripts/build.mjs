// Bundles recomp into dist/: one small file that answers "nothing changed", and lazily loaded ones for everything else.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import headers from 'node-api-headers';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const out = resolve(process.argv[2] ?? join(root, 'dist'));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Sources and locked dependencies: what makes one build of recomp differ from another. */
function buildId() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const visit = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) visit(path);
      else hash.update(`${path.slice(root.length)}\0`).update(readFileSync(path));
    }
  };
  for (const dir of ['src', 'rules', 'scripts']) visit(join(root, dir));
  return hash.digest('hex').slice(0, 16);
}

const define = {
  __RECOMP_VERSION__: JSON.stringify(manifest.version),
  __RECOMP_BUILD__: JSON.stringify(buildId()),
};
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  // Half the size is a third less time to read the code at each start; what is thrown keeps its name by itself.
  minifyIdentifiers: true,
  legalComments: 'none',
  logLevel: 'warning',
};

const owners = new Map();

/** A dynamic import of our own code becomes a file of its own, loaded with `require` when it is reached. */
function lazyFiles(found) {
  return {
    name: 'lazy-files',
    setup(api) {
      api.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, (args) => {
        if (args.kind !== 'dynamic-import') return undefined;
        const file = resolve(args.resolveDir, args.path);
        const other = owners.get(basename(file));
        if (other !== undefined && other !== file)
          throw new Error(`two lazily loaded files of one name: ${other}, ${file}`);
        owners.set(basename(file), file);
        found.add(file);
        return { path: `./${basename(file, '.ts')}.cjs`, external: true };
      });
    },
  };
}

async function bundleCommand() {
  const waiting = [join(root, 'src/cli/main.ts')];
  const done = new Set();
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    if (done.has(entry)) continue;
    done.add(entry);
    const found = new Set();
    const isMain = basename(entry) === 'main.ts';
    const name = isMain ? 'recomp' : basename(entry, '.ts');
    await build({
      ...common,
      entryPoints: [entry],
      outfile: join(out, `${name}.cjs`),
      format: 'cjs',
      supported: { 'dynamic-import': false },
      define: { ...define, 'import.meta.url': '__meta.url' },
      banner: {
        js: `${isMain ? '#!/usr/bin/env node\n' : ''}const __meta={get url(){return require("node:url").pathToFileURL(__filename).href}};`,
      },
      plugins: [lazyFiles(found)],
    });
    waiting.push(...found);
  }
  chmodSync(join(out, 'recomp.cjs'), 0o755);
}

/** Loaded only when a place in a TOML file has to be told. */
async function bundleTomlParser() {
  await build({
    ...common,
    entryPoints: ['toml-eslint-parser'],
    absWorkingDir: root,
    outfile: join(out, 'toml-parser.cjs'),
    format: 'cjs',
  });
}

async function bundleModules() {
  const entries = {
    index: 'src/index.ts',
    rules: 'src/rule-api/index.ts',
    'expand-worker': 'src/expand/worker-main.ts',
    'keep-worker': 'src/remote/keep/keep-worker.ts',
  };
  await build({
    ...common,
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)])),
    outdir: out,
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    define,
    // Bundled CommonJS packages ask for node's own modules by `require`.
    banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
  });
}

/** What a page of `recomp graph` brings along: it needs no server, so script and style go into the page itself. */
async function bundlePage() {
  const folder = join(root, 'src/report/graph/page');
  const page = { ...common, platform: 'browser', target: 'es2022' };
  const script = { ...page, format: 'iife', entryPoints: [join(folder, 'main.ts')] };
  await build({ ...script, outfile: join(out, 'graph-page.js') });
  await build({ ...page, entryPoints: [join(folder, 'page.css')], outfile: join(out, 'graph-page.css') });
}

/** Programs that built-in rules run in actions: their bytes are in keys, so nothing of this machine or build may be in them. */
async function bundleTools() {
  const entries = {
    intake: 'rules/recompiler/intake/main.ts',
    names: 'rules/analysis/tool/main.ts',
    analyse: 'rules/recompiler/analyse/main.ts',
    'join-analysis': 'rules/analysis/join/main.ts',
    'tell-unheeded': 'rules/analysis/unheeded/main.ts',
    'plan-lift': 'rules/recompiler/plan-lift/main.ts',
    lift: 'rules/recompiler/lift/main.ts',
    'encode-image': 'rules/recompiler/bytecode/main.ts',
    'lift-wasm': 'rules/recompiler/wasm/main.ts',
    trace: 'rules/recompiler/trace/main.ts',
    'apply-names': 'rules/recompiler/apply-names/main.ts',
    capture: 'rules/recompiler/capture/main.ts',
    'package-wasm': 'rules/recompiled-binary/package-wasm/main.ts',
    'run-wasm': 'rules/recompiler/run-wasm/main.ts',
    validate: 'rules/recompiler/validate/main.ts',
    provenance: 'rules/homebrew-intake/provenance/main.ts',
    archive: 'rules/archive/tool/main.ts',
    'extract-video': 'rules/external-capture/extract/main.ts',
    'hash-capture': 'rules/external-capture/hash/main.ts',
    verdict: 'rules/validate/verdict/main.ts',
  };
  for (const [name, entry] of Object.entries(entries)) {
    const outfile = join(out, 'tools', `${name}.mjs`);
    await build({ ...common, absWorkingDir: root, entryPoints: [entry], outfile, format: 'esm' });
  }
}

/** Headers apart from sources: whoever compiles a shard reads only the former. */
function copyRuntime() {
  const from = join(root, 'rules/recompiler/runtime');
  for (const name of readdirSync(from)) {
    const folder = { '.h': 'include', '.c': 'src' }[extname(name)];
    if (folder === undefined) continue;
    mkdirSync(join(out, 'tools/runtime', folder), { recursive: true });
    copyFileSync(join(from, name), join(out, 'tools/runtime', folder, name));
  }
}

/** What is quicker in C, where there is a C compiler: recomp works without it. */
function buildNative() {
  if (process.platform !== 'linux') return;
  const folder = join(root, 'src/native');
  const sources = readdirSync(folder).filter((name) => extname(name) === '.c');
  mkdirSync(join(out, 'native'));
  const { status, stderr, error } = spawnSync(
    process.env['CC'] ?? 'cc',
    [
      ...['-std=c11', '-O2', '-fPIC', '-shared', '-pthread', '-Wall', '-Wextra', '-fvisibility=hidden'],
      ...['-I', headers.include_dir, '-o', join(out, `native/${process.platform}-${process.arch}.node`)],
      ...sources.sort().map((name) => join(folder, name)),
    ],
    { encoding: 'utf8' },
  );
  if (status === 0) return;
  rmSync(join(out, 'native'), { recursive: true });
  console.warn(`recomp is built without its part in C, and is slower: ${error?.message ?? stderr}`);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await bundleCommand();
await bundleTomlParser();
await bundleModules();
await bundlePage();
await bundleTools();
copyRuntime();
buildNative();
writeFileSync(join(out, 'package.json'), `${JSON.stringify({ type: 'module' })}\n`);
