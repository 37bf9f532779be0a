import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { plainPath } from '../../automation/sources.ts';
import { OUTPUT_DIR } from '../../model/exec-paths.ts';
import { makeLabel } from '../../model/label.ts';
import { runManifest } from '../../model/schema/run-manifest.ts';
import { say } from '../print.ts';
import type { Loop } from './find-loop.ts';

/** Lists what was copied into a folder, so that the next run can take away what is no longer made, and nothing else. */
const LIST = '.recomp-copied';

/** `[outputs]`: copies for people and other programs, made when all is over. Nothing reads them. */
export function copyOutputs(loop: Loop, runFolder: string): void {
  const { outputs = {} } = loop.loaded.config ?? {};
  const home = (path: string): string =>
    isAbsolute(path) ? path : join(loop.root, loop.pkg, plainPath(path));
  const workRoot = home(outputs.work_root ?? '');
  const folders: readonly (readonly [stage: string, to: string | undefined])[] = [
    ['intake', outputs.intake_dir],
    ['analysis', undefined],
    ['lift', outputs.lift_dir],
    ['build', outputs.build_dir],
    ['capture', outputs.assets_dir],
    ['validate', outputs.validation_dir],
    ['archive', undefined],
  ];
  const manifest = readManifest(`${runFolder}/run-manifest.json`);
  try {
    for (const [stage, to] of folders) {
      const from = join(loop.root, OUTPUT_DIR, loop.pkg, stage);
      copyFiles(from, madeBy(loop, manifest, stage), to === undefined ? join(workRoot, stage) : home(to));
    }
    const logs = join(runFolder, 'logs');
    copyFiles(
      logs,
      filesIn(logs),
      outputs.log_dir === undefined ? join(workRoot, 'logs') : home(outputs.log_dir),
    );
    copyFile(
      join(runFolder, 'run-manifest.json'),
      outputs.run_manifest === undefined ? join(workRoot, 'run-manifest.json') : home(outputs.run_manifest),
    );
    const module = outputs.lifted_module_json;
    if (module !== undefined)
      copyFile(join(loop.root, OUTPUT_DIR, loop.pkg, 'lift', 'module.json'), home(module));
  } catch (error) {
    say(`warning: [outputs] cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Manifest = ReturnType<typeof runManifest.safeParse>['data'];

/** What a stage made in this run, relative to its folder: older outputs may lie beside it. */
function madeBy({ root, pkg }: Loop, manifest: Manifest, stage: string): string[] {
  const step = manifest?.steps.find(({ name }) => name === makeLabel(pkg, stage));
  const folder = `${join(OUTPUT_DIR, pkg, stage)}/`;
  return (step?.outputs ?? []).flatMap(({ path, files }) => {
    // What is made of proprietary inputs lies where it must already.
    if (!path.startsWith(folder) || !existsSync(join(root, path))) return [];
    const name = path.slice(folder.length);
    return files === undefined ? [name] : filesIn(join(root, path)).map((file) => `${name}/${file}`);
  });
}

function readManifest(file: string): Manifest {
  try {
    return runManifest.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function copyFiles(from: string, names: readonly string[], to: string): void {
  const before = readList(join(to, LIST));
  if (names.length === 0 && before.length === 0) return;
  const now = new Set(names);
  for (const name of before) if (!now.has(name)) rmSync(join(to, name), { force: true });
  for (const name of names) copyFile(join(from, name), join(to, name));
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, LIST), [...now].map((name) => `${name}\n`).join(''));
}

function copyFile(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  // Never through a link or into another's hard link.
  rmSync(to, { force: true });
  copyFileSync(from, to);
}

const filesIn = (folder: string): string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort();

/** Somebody may have written anything there. */
function readList(file: string): string[] {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((name) => name !== '' && !isAbsolute(name) && !name.split('/').includes('..'));
}
