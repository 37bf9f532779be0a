import { type Bytes, fault } from '../module/bytes.ts';
import { MEMORY_LIMIT, type ModuleSymbol } from '../module/manifest.ts';
import type { RawModule, RawSegment } from './raw-module.ts';

const MAX_HEADERS = 4096;
const PERMISSIONS: Readonly<Record<number, RawSegment['permissions']>> = {
  4: 'r--',
  5: 'r-x',
  6: 'rw-',
  7: 'rwx',
};

/** Static AArch64 executables at a fixed address, as a Linux toolchain links them. */
export function readElf(bytes: Bytes): RawModule {
  if (bytes.u32(0, 'ELF magic') !== 0x464c_457f) fault('not an ELF file');
  if (bytes.u16(4, 'ELF class') !== 0x0102) fault('not a 64-bit little-endian ELF');
  if (bytes.u16(18, 'ELF machine') !== 183) fault('not an AArch64 ELF');
  if (bytes.u16(16, 'ELF type') !== 2) fault('not a static executable (ET_EXEC)');
  const segments = readSegments(bytes);
  if (segments.length === 0) fault('the ELF has no load segment');
  return {
    format: 'elf',
    personality: 'linux',
    loadAddress: 0,
    entry: bytes.u64(24, 'ELF entry'),
    buildId: '',
    segments,
    bss: { memory_offset: 0, memory_size: 0 },
    relocations: [],
    symbols: readSymbols(bytes),
  };
}

function readSegments(bytes: Bytes): RawSegment[] {
  const table = bytes.u64(32, 'program headers');
  const size = bytes.u16(54, 'program header size');
  const count = bytes.u16(56, 'program header count');
  if (count > MAX_HEADERS || size < 56) fault('the ELF program header table is malformed');
  const segments: RawSegment[] = [];
  for (let i = 0; i < count; i++) {
    const at = table + i * size;
    if (bytes.u32(at, 'segment type') !== 1) continue;
    const fileOffset = bytes.u64(at + 8, 'segment offset');
    const memoryOffset = bytes.u64(at + 16, 'segment address');
    const fileSize = bytes.u64(at + 32, 'segment file size');
    // Linkers place what is empty wherever they are.
    const content = fileSize === 0 ? new Uint8Array() : bytes.slice(fileOffset, fileSize, `segment ${i}`);
    const memorySize = bytes.u64(at + 40, 'segment memory size');
    if (memorySize < content.length) fault(`segment ${i} is larger in the file than in memory`);
    if (memoryOffset + memorySize > MEMORY_LIMIT) fault(`segment ${i} lies above 4 GiB`);
    const flags = bytes.u32(at + 4, 'segment flags') & 7;
    const permissions = PERMISSIONS[flags] ?? fault(`segment ${i} has permissions ${flags}`);
    segments.push({
      name: `load${segments.length}`,
      fileOffset,
      memoryOffset,
      memorySize,
      permissions,
      content,
    });
  }
  return checkOverlap(segments);
}

function checkOverlap(segments: RawSegment[]): RawSegment[] {
  const inOrder = [...segments].sort((a, b) => a.memoryOffset - b.memoryOffset);
  let end = 0;
  for (const s of inOrder) {
    if (s.memoryOffset < end) fault(`segment ${s.name} overlaps another`);
    end = s.memoryOffset + s.memorySize;
  }
  return inOrder;
}

/** Symbols are a help, not a need: a stripped file has none. */
function readSymbols(bytes: Bytes): ModuleSymbol[] {
  const table = bytes.u64(40, 'section headers');
  const size = bytes.u16(58, 'section header size');
  const count = bytes.u16(60, 'section header count');
  const symbols: ModuleSymbol[] = [];
  for (let i = 0; table !== 0 && i < count; i++) {
    const at = table + i * size;
    if (bytes.u32(at + 4, 'section type') !== 2) continue;
    const strings = table + bytes.u32(at + 40, 'string table index') * size;
    const names = bytes.slice(
      bytes.u64(strings + 24, 'string table offset'),
      bytes.u64(strings + 32, 'string table size'),
      'string table',
    );
    const from = bytes.u64(at + 24, 'symbol table offset');
    const end = from + bytes.u64(at + 32, 'symbol table size');
    for (let entry = from; entry + 24 <= end; entry += 24) addSymbol(symbols, bytes, entry, names);
  }
  return symbols.sort((a, b) => a.offset - b.offset);
}

function addSymbol(symbols: ModuleSymbol[], bytes: Bytes, at: number, names: Uint8Array): void {
  const kind = bytes.u16(at + 4, 'symbol kind') & 15;
  const section = bytes.u16(at + 6, 'symbol section');
  if ((kind !== 1 && kind !== 2) || section === 0 || section >= 0xff00) return;
  const start = bytes.u32(at, 'symbol name');
  const end = names.indexOf(0, start);
  if (start >= names.length || end < 0) fault('a symbol name lies outside its string table');
  symbols.push({
    offset: bytes.u64(at + 8, 'symbol value'),
    size: bytes.u64(at + 16, 'symbol size'),
    name: Buffer.from(names.subarray(start, end)).toString('latin1'),
    kind: kind === 2 ? 'function' : 'data',
  });
}
