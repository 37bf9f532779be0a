import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { getOrMake } from '../../base/get-or-make.ts';
import { OUTPUT_DIR } from '../../model/exec-paths.ts';
import { makeLabel } from '../../model/label.ts';
import { wholeRunManifest } from '../../model/schema/run-manifest.ts';
import { isWithin } from '../../workspace/safe-path.ts';
import { say } from '../print.ts';
import { copyFolders } from './copy-folders.ts';
import type { Loop } from './find-loop.ts';
import { WORK_ROOT_MARK } from './output-places.ts';
import { placeCopies, placeCopy } from './place-copies.ts';
import { unusedOutputs } from './unused-outputs.ts';

/** `[outputs]`: copies for people and other programs, made when all is over. Nothing reads them. */
export function copyOutputs(loop: Loop, runFolder: string): void {
  const to = copyFolders(loop);
  const manifest = readManifest(`${runFolder}/run-manifest.json`);
  const wanted = new Map<string, Map<string, string>>();
  const want = (folder: string, from: string, names: readonly string[]): void => {
    const copies = getOrMake(wanted, folder, () => new Map<string, string>());
    for (const name of names) copies.set(name, join(from, name));
  };
  for (const [stage, folder] of to.stages)
    want(folder, join(loop.root, OUTPUT_DIR, loop.pkg, stage), madeBy(loop, manifest, stage));
  const logs = join(runFolder, 'logs');
  want(to.logs, logs, filesIn(logs));
  if (to.module !== undefined) wantModule(wanted, loop, to.module);
  for (const note of unusedOutputs(loop, to, wanted, (stage) => stepOf(loop, manifest, stage)?.status))
    say(note);
  try {
    markWorkRoot(loop.root, to.workRoot);
    const others: string[] = [];
    const edited: string[] = [];
    for (const [folder, copies] of wanted) {
      const spared = placeCopies(folder, copies);
      others.push(...spared.others.map((name) => join(folder, name)));
      edited.push(...spared.edited.map((name) => join(folder, name)));
    }
    others.push(...copyManifest(join(runFolder, 'run-manifest.json'), to.manifest));
    warnOf(
      others,
      'is no copy of an earlier run',
      '[outputs] says where copies go: name a folder of their own, or move what is there',
    );
    warnOf(
      edited,
      'was edited since it was copied',
      'it stays as it is: move it away, or delete it, and the next run copies what was made',
    );
  } catch (error) {
    say(`warning: [outputs] cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function markWorkRoot(root: string, workRoot: string): void {
  if (isWithin(root, workRoot)) return;
  mkdirSync(workRoot, { recursive: true });
  writeFileSync(join(workRoot, WORK_ROOT_MARK), '');
}

type Wanted = Map<string, Map<string, string>>;

function wantModule(wanted: Wanted, loop: Loop, to: string): void {
  const from = join(loop.root, OUTPUT_DIR, loop.pkg, 'lift', 'module.json');
  const copies = getOrMake(wanted, dirname(to), () => new Map<string, string>());
  if (existsSync(from)) copies.set(basename(to), from);
}

/** A manifest of an earlier run gives way, and nothing else. */
function copyManifest(from: string, to: string): string[] {
  if (!existsSync(from)) return [];
  const there = lstatSync(to, { throwIfNoEntry: false });
  if (there !== undefined && !(there.isFile() && readManifest(to) !== undefined)) return [to];
  placeCopy(from, to);
  return [];
}

function warnOf([first, ...more]: readonly string[], why: string, help: string): void {
  if (first === undefined) return;
  const rest = more.length === 0 ? '' : `, nor were ${more.length} more`;
  say(`warning: ${first} ${why}, and was not written over${rest}`);
  say(help);
}

type Manifest = ReturnType<typeof wholeRunManifest.safeParse>['data'];

const stepOf = ({ pkg }: Pick<Loop, 'pkg'>, manifest: Manifest, stage: string) =>
  manifest?.steps.find(({ name }) => name === makeLabel(pkg, stage));

/** What a stage made in this run, relative to its folder: older outputs may lie beside it. */
function madeBy({ root, pkg }: Loop, manifest: Manifest, stage: string): string[] {
  const step = stepOf({ pkg }, manifest, stage);
  const folder = join(OUTPUT_DIR, pkg, stage);
  return (step?.outputs ?? []).flatMap(({ path, files }) => {
    // What is made of proprietary inputs lies where it must already.
    if (!`${path}/`.startsWith(`${folder}/`) || !existsSync(join(root, path))) return [];
    const name = path.slice(folder.length + 1);
    return files === undefined ? [name] : filesIn(join(root, path)).map((file) => join(name, file));
  });
}

function readManifest(file: string): Manifest {
  try {
    return wholeRunManifest.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

const filesIn = (folder: string): string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort();
