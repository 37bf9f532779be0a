import type { WireReader } from '../fingerprint/wire-reader.ts';
import type { WireWriter } from '../fingerprint/wire-writer.ts';
import { type Codec, codec } from './codec.ts';

/** DigestFunction.Value and Compressor.Value, as far as they are spoken here. */
export const DIGEST_SHA256 = 1;
export const COMPRESSOR = { identity: 0, zstd: 1 } as const;

export interface ServerCapabilities {
  readonly cache?: CacheCapabilities;
  readonly execution?: { readonly enabled: boolean; readonly digestFunctions: readonly number[] };
  readonly low: ApiVersion;
  readonly high: ApiVersion;
}

export interface CacheCapabilities {
  readonly digestFunctions: readonly number[];
  readonly updateEnabled: boolean;
  /** 0: no limit is told. */
  readonly maxBatchBytes: number;
  readonly maxBlobBytes: number;
  readonly compressors: readonly number[];
  readonly batchCompressors: readonly number[];
}

interface ApiVersion {
  readonly major: number;
  readonly minor: number;
}

/** GetCapabilitiesRequest { instance_name 1 }. */
export const getCapabilitiesRequest: Codec<{ readonly instance: string }> = codec({
  name: 'GetCapabilitiesRequest',
  write: (writer, { instance }) => writer.text(1, instance),
  read(reader) {
    let instance = '';
    while (reader.next()) if (reader.field === 1) instance = reader.text();
    return { instance };
  },
});

/** ServerCapabilities { cache 1, execution 2, low 4, high 5 }. */
export const serverCapabilities: Codec<ServerCapabilities> = codec({
  name: 'ServerCapabilities',
  write(writer, { cache, execution, low, high }) {
    if (cache) writeCache(writer, cache);
    if (execution) writeExecution(writer, execution);
    writeVersion(writer, 4, low);
    writeVersion(writer, 5, high);
  },
  read(reader) {
    const found: { -readonly [K in keyof ServerCapabilities]: ServerCapabilities[K] } = {
      low: { major: 0, minor: 0 },
      high: { major: 0, minor: 0 },
    };
    while (reader.next()) {
      if (reader.field === 1) found.cache = readCache(reader);
      else if (reader.field === 2) found.execution = readExecution(reader);
      else if (reader.field === 4) found.low = readVersion(reader);
      else if (reader.field === 5) found.high = readVersion(reader);
    }
    return found;
  },
});

/**
 * CacheCapabilities { digest_functions 1, action_cache_update { update_enabled 1 } 2, max_batch_total_size_bytes 4,
 * compressors 6, batch_update_compressors 7, max_cas_blob_size 8 }.
 */
function writeCache(writer: WireWriter, cache: CacheCapabilities): void {
  const start = writer.open(1);
  writeNumbers(writer, 1, cache.digestFunctions);
  const update = writer.open(2);
  writer.flag(1, cache.updateEnabled);
  writer.close(update);
  writer.number(4, cache.maxBatchBytes);
  writeNumbers(writer, 6, cache.compressors);
  writeNumbers(writer, 7, cache.batchCompressors);
  writer.number(8, cache.maxBlobBytes);
  writer.close(start);
}

function readCache(parent: WireReader): CacheCapabilities {
  const reader = parent.message();
  const found = { updateEnabled: false, maxBatchBytes: 0, maxBlobBytes: 0 };
  const digestFunctions: number[] = [];
  const compressors: number[] = [];
  const batchCompressors: number[] = [];
  while (reader.next()) {
    if (reader.field === 1) digestFunctions.push(...reader.numbers());
    else if (reader.field === 2) found.updateEnabled = readFlag(reader, 1);
    else if (reader.field === 4) found.maxBatchBytes = reader.limit();
    else if (reader.field === 6) compressors.push(...reader.numbers());
    else if (reader.field === 7) batchCompressors.push(...reader.numbers());
    else if (reader.field === 8) found.maxBlobBytes = reader.limit();
  }
  return { ...found, digestFunctions, compressors, batchCompressors };
}

/** ExecutionCapabilities { digest_function 1, exec_enabled 2, digest_functions 5 }. */
function writeExecution(
  writer: WireWriter,
  { enabled, digestFunctions }: NonNullable<ServerCapabilities['execution']>,
): void {
  const start = writer.open(2);
  writer.number(1, digestFunctions[0] ?? 0);
  writer.flag(2, enabled);
  writeNumbers(writer, 5, digestFunctions);
  writer.close(start);
}

function readExecution(parent: WireReader): NonNullable<ServerCapabilities['execution']> {
  const reader = parent.message();
  let enabled = false;
  const functions = new Set<number>();
  while (reader.next()) {
    if (reader.field === 2) enabled = reader.flag();
    else if (reader.field === 1 || reader.field === 5) for (const f of reader.numbers()) functions.add(f);
  }
  return { enabled, digestFunctions: [...functions] };
}

/** SemVer { major 1, minor 2 }. */
function writeVersion(writer: WireWriter, field: number, version: ApiVersion): void {
  const start = writer.open(field);
  writer.number(1, version.major);
  writer.number(2, version.minor);
  writer.close(start);
}

function readVersion(parent: WireReader): ApiVersion {
  const reader = parent.message();
  const found = { major: 0, minor: 0 };
  while (reader.next()) {
    if (reader.field === 1) found.major = reader.number();
    else if (reader.field === 2) found.minor = reader.number();
  }
  return found;
}

/** Packed, as proto3 has repeated numbers. */
function writeNumbers(writer: WireWriter, field: number, values: readonly number[]): void {
  if (values.length === 0) return;
  if (values.some((value) => value > 127)) throw new Error('only small numbers are packed here');
  writer.bytes(field, Uint8Array.from(values));
}

function readFlag(parent: WireReader, field: number): boolean {
  const reader = parent.message();
  let value = false;
  while (reader.next()) if (reader.field === field) value = reader.flag();
  return value;
}
