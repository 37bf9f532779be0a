import type { Guest } from './host.ts';
import { fail } from './leave.ts';

/** Bytes of the guest for a system call at `pc`. */
export function bytesAt(guest: Guest, address: bigint, size: bigint, pc: bigint): Uint8Array {
  if (address + size > BigInt(guest.memory.length))
    fail(`system call at 0x${pc.toString(16)}: bytes at 0x${address.toString(16)} lie outside guest memory`);
  return guest.memory.subarray(Number(address), Number(address + size));
}

function viewAt(guest: Guest, address: bigint, size: bigint, pc: bigint): DataView {
  const { buffer, byteOffset } = bytesAt(guest, address, size, pc);
  return new DataView(buffer, byteOffset, Number(size));
}

export const wordAt = (guest: Guest, address: bigint, pc: bigint): number =>
  viewAt(guest, address, 4n, pc).getUint32(0, true);
export const longAt = (guest: Guest, address: bigint, pc: bigint): bigint =>
  viewAt(guest, address, 8n, pc).getBigUint64(0, true);
export const putWord = (guest: Guest, address: bigint, value: number, pc: bigint): void =>
  viewAt(guest, address, 4n, pc).setUint32(0, value, true);
export const putLong = (guest: Guest, address: bigint, value: bigint, pc: bigint): void =>
  viewAt(guest, address, 8n, pc).setBigUint64(0, value, true);
