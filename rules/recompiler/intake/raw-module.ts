import { type Bytes, fault } from '../module/bytes.ts';
import type { Module, ModuleSymbol, Relocation, Segment } from '../module/manifest.ts';

/** A container as read, before its segments become files. */
export interface RawModule {
  readonly format: Module['format'];
  readonly personality: Module['personality'];
  readonly loadAddress: number;
  readonly entry: number;
  readonly buildId: string;
  readonly segments: readonly RawSegment[];
  readonly bss: Module['bss'];
  readonly relocations: readonly Relocation[];
  readonly symbols: readonly ModuleSymbol[];
}

export interface RawSegment {
  readonly name: string;
  readonly fileOffset: number;
  readonly memoryOffset: number;
  readonly memorySize: number;
  readonly permissions: Segment['permissions'];
  readonly content: Uint8Array;
}

const R_AARCH64_RELATIVE = 1027;
const ENTRY_SIZE = 24;

/** The relative ones of a rela table: where a pointer lies, and what it points at. */
export function readRelocations(bytes: Bytes, at: number, size: number): readonly Relocation[] {
  if (size % ENTRY_SIZE !== 0) fault(`.rela.dyn has ${size} bytes, which is no whole number of entries`);
  bytes.slice(at, size, '.rela.dyn');
  const relocations: Relocation[] = [];
  for (let entry = at; entry < at + size; entry += ENTRY_SIZE) {
    if (bytes.u32(entry + 8, 'relocation type') !== R_AARCH64_RELATIVE) continue;
    relocations.push({
      offset: bytes.u64(entry, 'relocation offset'),
      addend: bytes.u64(entry + 16, 'relocation addend'),
    });
  }
  return relocations.sort((a, b) => a.offset - b.offset);
}
