import type { Result } from '../../../../src/base/result.ts';
import type { NameEntry } from '../entry.ts';

/** One way in which people and programs write names down. */
export interface NameFormat {
  readonly id: string;
  /** Whose it is, for help and reports. */
  readonly title: string;
  /** Whether a text looks like it; asked in the order of the table. */
  looksLike(text: string): boolean;
  /** All entries, or what is wrong, one line for each fault. */
  read(text: string): Result<readonly NameEntry[], string>;
  print(entries: readonly NameEntry[]): string;
}

export const MAX_FAULTS = 20;

/** Bounds the time and memory that a hostile file can take. */
export const MAX_CHARACTERS = 64 << 20;
