import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const HEAVY = ['zod', 'execa', 'smol-toml', 'toml-eslint-parser', 'graphology', 'chokidar'];

/** The packages that come along with a module; what it imports only when needed does not. */
async function packagesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [resolve(ROOT, entry)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    absWorkingDir: ROOT,
    plugins: [
      {
        name: 'lazy',
        setup: (api) =>
          api.onResolve({ filter: /.*/ }, ({ kind, path }) =>
            kind === 'dynamic-import' ? { path, external: true } : undefined,
          ),
      },
    ],
  });
  const files = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(files)].sort();
}

describe('the way of every build', () => {
  it.each([
    'src/cli/main.ts',
    'src/cli/commands/build.ts',
    'src/cli/dispatch.ts',
    'src/cli/commands/complete.ts',
  ])('loads nothing heavy: %s', async (entry) => {
    const packages = await packagesOf(entry);
    expect(
      packages.filter((name) => HEAVY.includes(name)),
      basename(entry),
    ).toEqual([]);
  });

  it('would notice', async () =>
    expect(await packagesOf('src/model/schema/run-manifest.ts')).toEqual(['zod']));
});
