import type { Sha256 } from '../model/digest.ts';
import { removeQuietly } from './place-file.ts';

/** Something in the cache was not what its name says. It has been removed, where that is possible. */
export interface Damage {
  readonly what: 'blob' | 'result';
  readonly hash: Sha256;
  readonly path: string;
  readonly problem: string;
}

export type OnDamage = (damage: Damage) => void;

export function dropDamaged(damage: Damage, onDamage: OnDamage | undefined): void {
  removeQuietly(damage.path);
  onDamage?.(damage);
}
