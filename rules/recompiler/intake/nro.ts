import { type Bytes, fault } from '../module/bytes.ts';
import type { Relocation } from '../module/manifest.ts';
import { type RawModule, type RawSegment, readRelocations } from './raw-module.ts';

const MAGIC = 0x304f_524e; // NRO0
const PAGE = 0x1000;
const DT_RELA = 7;
const DT_RELASZ = 8;

/** Facts: rules/recompiler/README.md, "NRO". */
export function readNro(bytes: Bytes): RawModule {
  if (bytes.u32(0x10, 'NRO magic') !== MAGIC) fault('not an NRO: the magic at 0x10 is missing');
  const size = bytes.u32(0x18, 'NRO size');
  if (size > bytes.size) fault(`NRO header says ${size} bytes, the file has ${bytes.size}`);
  const segments = [
    readSegment(bytes, 'text', 0x20, 'r-x', size),
    readSegment(bytes, 'rodata', 0x28, 'r--', size),
    readSegment(bytes, 'data', 0x30, 'rw-', size),
  ];
  checkOrder(segments);
  const bssSize = bytes.u32(0x38, 'NRO bss size');
  const end = Math.max(...segments.map((s) => s.memoryOffset + s.content.length));
  return {
    format: 'nro',
    personality: 'horizon',
    loadAddress: 0x0800_0000,
    entry: 0,
    buildId: Buffer.from(bytes.slice(0x40, 0x20, 'NRO build id')).toString('hex'),
    segments,
    bss: { memory_offset: end, memory_size: bssSize },
    relocations: nroRelocations(bytes, size),
    symbols: [],
  };
}

function readSegment(
  bytes: Bytes,
  name: string,
  at: number,
  permissions: RawSegment['permissions'],
  imageSize: number,
): RawSegment {
  const offset = bytes.u32(at, `NRO ${name} offset`);
  const size = bytes.u32(at + 4, `NRO ${name} size`);
  if (offset % PAGE !== 0 || size % PAGE !== 0) fault(`NRO ${name} segment is not aligned to 0x1000`);
  if (offset + size > imageSize) fault(`NRO ${name} segment ends outside the image`);
  const content = bytes.slice(offset, size, `NRO ${name} segment`);
  return { name, fileOffset: offset, memoryOffset: offset, memorySize: size, permissions, content };
}

function checkOrder(segments: readonly RawSegment[]): void {
  let end = 0;
  for (const s of segments) {
    if (s.memoryOffset < end) fault(`NRO ${s.name} segment overlaps the one before it`);
    end = s.memoryOffset + s.content.length;
  }
}

/** MOD0 → .dynamic → .rela.dyn. A homebrew NRO may lack any of them. */
function nroRelocations(bytes: Bytes, imageSize: number): readonly Relocation[] {
  const mod0 = bytes.u32(4, 'MOD0 offset');
  if (mod0 === 0 || mod0 + 8 > imageSize) return [];
  if (Buffer.from(bytes.slice(mod0, 4, 'MOD0 magic')).toString('latin1') !== 'MOD0') return [];
  const dynamic = mod0 + (bytes.u32(mod0 + 4, '.dynamic offset') | 0);
  let rela = 0;
  let relaSize = 0;
  for (let at = dynamic; ; at += 16) {
    const tag = bytes.u64(at, '.dynamic tag');
    if (tag === 0) break;
    if (tag === DT_RELA) rela = bytes.u64(at + 8, 'DT_RELA');
    if (tag === DT_RELASZ) relaSize = bytes.u64(at + 8, 'DT_RELASZ');
  }
  return readRelocations(bytes, rela, relaSize);
}
