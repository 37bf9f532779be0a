import { SYSTEM_SLOTS, type SystemSlot } from '../ir/ir.ts';
import * as L from '../wasm/layout.ts';
import { fail } from './leave.ts';
import { engine, type WasmInstance } from './web-assembly.ts';

/** A printed module from outside: control at an address, and the registers of the thread that it runs. */
export interface ModuleExports {
  readonly go: (pc: bigint) => bigint;
  readonly global: (name: string) => { value: unknown };
  /** The registers as bytes, by the places in `wasm/layout.ts`. */
  readonly saveState: () => Uint8Array;
  readonly loadState: (state: Uint8Array) => void;
}

export function readExports(instance: WasmInstance, buffer: ArrayBuffer): ModuleExports {
  const { exports } = instance;
  const call = (name: string) => {
    const value = exports[name];
    if (typeof value !== 'function') return fail(`the module has no ${name}`);
    return (...args: unknown[]): unknown => Reflect.apply(value, undefined, args);
  };
  const [go, save, load] = [call('go'), call('save_state'), call('load_state')];
  const between = new Uint8Array(buffer, L.STATE_AT, L.STATE_BYTES);
  return {
    go: (pc) => BigInt.asUintN(64, toBigInt(go(pc))),
    global: (name) => {
      const value = exports[name];
      return value instanceof engine.Global ? value : fail(`the module has no global ${name}`);
    },
    saveState: () => {
      save();
      return between.slice();
    },
    loadState: (state) => {
      between.set(state);
      load();
    },
  };
}

export const toBigInt = (value: unknown): bigint =>
  typeof value === 'bigint' ? value : BigInt(Number(value));

export const viewOf = (state: Uint8Array): DataView =>
  new DataView(state.buffer, state.byteOffset, state.byteLength);

export const placeOfX = (n: number): number => L.STATE_X + 8 * n;
export const placeOfSystem = (name: SystemSlot): number => L.STATE_SYSTEM + 8 * SYSTEM_SLOTS.indexOf(name);
