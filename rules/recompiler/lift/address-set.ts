import type { Image } from './image.ts';

/** A set of places of code: one byte for each, which is many times quicker than a set of numbers. */
export interface AddressSet {
  has(address: number): boolean;
  add(address: number): void;
}

export function makeAddressSet({ codeStart, codeEnd }: Pick<Image, 'codeStart' | 'codeEnd'>): AddressSet {
  const held = new Uint8Array(Math.max(0, codeEnd - codeStart) / 4 + 1);
  // Every address asked for is a multiple of 4; one outside is in no set.
  return {
    has: (address) => held[(address - codeStart) / 4] === 1,
    add: (address) => {
      held[(address - codeStart) / 4] = 1;
    },
  };
}
