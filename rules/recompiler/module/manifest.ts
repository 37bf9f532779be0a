import { err, ok, type Result } from '../../../src/base/result.ts';

/** What intake found in a program: the contract between intake and everything after it (`module.json`). */
export interface ModuleManifest {
  readonly schema_version: 1;
  readonly modules: readonly Module[];
}

export interface Module {
  readonly name: string;
  readonly format: 'nro' | 'elf';
  /** Which system the program was made for: decides how it is started and what its system calls mean. */
  readonly personality: 'horizon' | 'linux';
  readonly input_sha256: string;
  readonly input_size: number;
  readonly build_id: string;
  /** Where the runtime puts offset 0. The format fixes it, so that every backend sees the same addresses. */
  readonly load_address: number;
  /** Offsets, as all below: add `load_address`. */
  readonly entry: number;
  readonly segments: readonly Segment[];
  readonly bss: { readonly memory_offset: number; readonly memory_size: number };
  readonly relocations: readonly Relocation[];
  readonly symbols: readonly ModuleSymbol[];
}

export interface Segment {
  readonly name: string;
  readonly file_offset: number;
  readonly file_size: number;
  readonly memory_offset: number;
  readonly memory_size: number;
  readonly permissions: 'r-x' | 'r--' | 'rw-' | 'rwx';
  /** The segment's bytes, a path relative to `module.json`. */
  readonly content: string;
}

/** A word that holds `addend` plus the load address, once the program (or the loader) has relocated itself. */
export interface Relocation {
  readonly offset: number;
  readonly addend: number;
}

export interface ModuleSymbol {
  readonly offset: number;
  readonly size: number;
  readonly name: string;
  readonly kind: 'function' | 'data';
}

/** Guest memory is 32 bits wide. */
export const MEMORY_LIMIT = 0x1_0000_0000;

export function parseManifest(text: string): Result<ModuleManifest, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('module.json is not JSON');
  }
  return isManifest(value) ? ok(value) : err('module.json does not have the shape of a module manifest');
}

const isManifest = (v: unknown): v is ModuleManifest =>
  isRecord(v) && v['schema_version'] === 1 && isArrayOf(v['modules'], isModule) && v['modules'].length > 0;

const isModule = (v: unknown): v is Module =>
  isRecord(v) &&
  typeof v['name'] === 'string' &&
  (v['format'] === 'nro' || v['format'] === 'elf') &&
  (v['personality'] === 'horizon' || v['personality'] === 'linux') &&
  typeof v['input_sha256'] === 'string' &&
  typeof v['build_id'] === 'string' &&
  isAddress(v['load_address']) &&
  isAddress(v['entry']) &&
  isArrayOf(v['segments'], isSegment) &&
  isRecord(v['bss']) &&
  isAddress(v['bss']['memory_offset']) &&
  isAddress(v['bss']['memory_size']) &&
  isArrayOf(v['relocations'], (r) => isRecord(r) && isAddress(r['offset']) && isAddress(r['addend'])) &&
  isArrayOf(v['symbols'], isSymbol);

const isSegment = (v: unknown): v is Segment =>
  isRecord(v) &&
  typeof v['name'] === 'string' &&
  isAddress(v['file_size']) &&
  isAddress(v['memory_offset']) &&
  isAddress(v['memory_size']) &&
  v['file_size'] <= v['memory_size'] &&
  ['r-x', 'r--', 'rw-', 'rwx'].includes(String(v['permissions'])) &&
  typeof v['content'] === 'string' &&
  /^[a-z0-9_./-]+$/.test(v['content']) &&
  !v['content'].startsWith('/') &&
  !v['content'].split('/').includes('..');

const isSymbol = (v: unknown): v is ModuleSymbol =>
  isRecord(v) && isAddress(v['offset']) && isAddress(v['size']) && typeof v['name'] === 'string';

const isRecord = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);

const isArrayOf = <T>(v: unknown, is: (item: unknown) => boolean): v is T[] =>
  Array.isArray(v) && v.every((item) => is(item));

const isAddress = (v: unknown): v is number =>
  typeof v === 'number' && Number.isInteger(v) && v >= 0 && v <= MEMORY_LIMIT;
