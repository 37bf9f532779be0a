import type { Fields } from '../decode/pattern.ts';
import type { Builder } from './builder.ts';

/** What a row of the decode table means. */
export type Semantics = (f: Fields, b: Builder) => void;
export type SemanticsTable = Readonly<Record<string, Semantics>>;
