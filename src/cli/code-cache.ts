import { lstatSync, mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { constants, Script } from 'node:vm';
import { RECOMP_BUILD } from '../base/version.ts';
import { readSealedBytes, writeSealed } from '../journal/sealed-file.ts';

/**
 * Keeps V8's compiled form of recomp's own lazily loaded files beside the local cache: compiling them takes longer than
 * a one-file build's real work. Only of the user's own folder, which nobody else can write to: what lies there is run.
 */
export function cacheCode(own: string, env: NodeJS.ProcessEnv): void {
  const folder = codeFolder(env);
  if (folder === undefined) return;
  const { extensions } = createRequire(own);
  const plain = extensions['.js'];
  extensions['.cjs'] = (module, file) => {
    if (dirname(file) === dirname(own)) load(module, file, `${folder}/${nameOf(file)}`);
    else plain?.(module, file);
  };
}

function load(module: NodeJS.Module, file: string, kept: string): void {
  const cachedData = readSealedBytes(kept);
  // The bundler writes ASCII only, and this is several times quicker to decode than UTF-8.
  const script = new Script(Module.wrap(readFileSync(file, 'latin1')), {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });
  if (!cachedData || script.cachedDataRejected) process.once('exit', () => keep(script, kept));
  const run: unknown = script.runInThisContext();
  if (typeof run !== 'function') throw new Error(`${file} is not a module`);
  run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
}

/** At the end, when what was used has been compiled. Whatever goes wrong costs the next start some time. */
function keep(script: Script, file: string): void {
  try {
    const folder = dirname(file);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    dropOld(folder);
    writeSealed(file, script.createCachedData());
  } catch {
    // No home, no room, no leave to write.
  }
}

/** Of builds and of Nodes that nobody has used for long. */
function dropOld(folder: string): void {
  const before = Date.now() - KEPT_MS;
  for (const name of readdirSync(folder))
    if (lstatSync(`${folder}/${name}`).mtimeMs < before) unlinkSync(`${folder}/${name}`);
}

const KEPT_MS = 30 * 24 * 3600 * 1000;

const nameOf = (file: string): string =>
  `${basename(file, '.cjs')}-${RECOMP_BUILD}-${process.version}-${process.arch}`;

function codeFolder(env: NodeJS.ProcessEnv): string | undefined {
  const base = env['XDG_CACHE_HOME'] || (env['HOME'] ? `${env['HOME']}/.cache` : '');
  if (!base.startsWith('/') || env['RECOMP_CODE_CACHE'] === 'off') return undefined;
  const folder = `${base}/recomp/code`;
  return isOurs(folder) ? folder : undefined;
}

/** Or not there yet. */
function isOurs(folder: string): boolean {
  try {
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (!stats) return true;
    return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & OTHERS_WRITE) === 0;
  } catch {
    return false;
  }
}

const OTHERS_WRITE = 0o022;
