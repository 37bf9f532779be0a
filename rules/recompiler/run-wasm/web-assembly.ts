/** As much of the engine's WebAssembly interface as the runner uses; the language's own library does not declare it. */
export interface WasmGlobal {
  value: unknown;
}
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}
export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}
interface Api {
  readonly Module: {
    new (bytes: Uint8Array): object;
    customSections(module: object, name: string): ArrayBuffer[];
  };
  readonly Instance: new (module: object, imports: Readonly<Record<string, unknown>>) => WasmInstance;
  readonly Memory: new (limits: { readonly initial: number }) => WasmMemory;
  readonly Global: new (...args: never[]) => WasmGlobal;
  readonly RuntimeError: new (...args: never[]) => Error;
}

declare const WebAssembly: Api;

export const engine: Api = WebAssembly;
