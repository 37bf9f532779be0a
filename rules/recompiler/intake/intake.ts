import { createHash } from 'node:crypto';
import type { Result } from '../../../src/base/result.ts';
import { type Bytes, fault, parseBytes } from '../module/bytes.ts';
import { MEMORY_LIMIT, type Module, type ModuleManifest } from '../module/manifest.ts';
import { readElf } from './elf.ts';
import { readNro } from './nro.ts';
import type { RawModule } from './raw-module.ts';

export interface Intake {
  readonly manifest: ModuleManifest;
  /** Paths relative to the manifest. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Takes a program apart. Nothing in the result depends on where the file lay. */
export function intake(name: string, content: Uint8Array): Result<Intake, string> {
  return parseBytes(content, (bytes) => {
    const raw = readContainer(bytes);
    checkMemory(raw);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const files = new Map<string, Uint8Array>();
    for (const s of raw.segments) files.set(contentPath(s.name), s.content);
    return {
      manifest: { schema_version: 1, modules: [describe(name, raw, sha256, content.length)] } as const,
      files,
    };
  });
}

function readContainer(bytes: Bytes): RawModule {
  if (bytes.u32(0, 'file magic') === 0x464c_457f) return readElf(bytes);
  if (bytes.size >= 0x80 && bytes.u32(0x10, 'file magic') === 0x304f_524e) return readNro(bytes);
  return fault('neither an NRO nor an ELF file');
}

function checkMemory(raw: RawModule): void {
  const end = raw.loadAddress + raw.bss.memory_offset + raw.bss.memory_size;
  if (end > MEMORY_LIMIT) fault('the program does not fit into 4 GiB of memory');
  const code = raw.segments.filter((s) => s.permissions.includes('x'));
  if (!code.some((s) => raw.entry >= s.memoryOffset && raw.entry + 4 <= s.memoryOffset + s.content.length))
    fault('the entry point lies outside the code');
  for (const s of code)
    if (s.memoryOffset % 4 !== 0) fault(`segment ${s.name} is code that is not aligned to 4`);
}

const contentPath = (segment: string): string => `segments/${segment}.bin`;

const describe = (name: string, raw: RawModule, sha256: string, size: number): Module => ({
  name,
  format: raw.format,
  personality: raw.personality,
  input_sha256: sha256,
  input_size: size,
  build_id: raw.buildId,
  load_address: raw.loadAddress,
  entry: raw.entry,
  segments: raw.segments.map((s) => ({
    name: s.name,
    file_offset: s.fileOffset,
    file_size: s.content.length,
    memory_offset: s.memoryOffset,
    memory_size: s.memorySize,
    permissions: s.permissions,
    content: contentPath(s.name),
  })),
  bss: raw.bss,
  relocations: raw.relocations,
  symbols: raw.symbols,
});
