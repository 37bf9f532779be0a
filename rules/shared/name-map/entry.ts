/** What is known of one address. `name_map.json` is an array of these; other formats say less. */
export interface NameEntry {
  readonly address: number;
  /** Which program it belongs to, where a map is for several. */
  readonly program?: string;
  /** Absent: nothing but a boundary or a jump table. */
  readonly name?: string;
  readonly size?: number;
  /** Absent: a function, if there is code. */
  readonly kind?: NameKind;
  readonly section?: string;
  readonly signature?: string;
  readonly comment?: string;
  /** True: a function starts here. False: none does, whatever it looks like. */
  readonly create?: boolean;
  /** The jump at this address goes to one of these. */
  readonly jump_table?: JumpTableEntry;
  readonly evidence?: readonly Evidence[];
  /** What another format said beside, kept for the way back. */
  readonly extra?: Readonly<Record<string, string>>;
}

export const NAME_KINDS = ['function', 'label', 'data'] as const;
export type NameKind = (typeof NAME_KINDS)[number];

export interface JumpTableEntry {
  readonly targets: readonly number[];
  readonly default?: number;
  readonly register?: number;
}

/** Where a name comes from. */
export interface Evidence {
  readonly source: EvidenceSource;
  readonly detail?: string;
  /** How sure, from 0 to 1. */
  readonly confidence?: number;
}

export const EVIDENCE_SOURCES = ['person', 'string', 'trace', 'tool'] as const;
export type EvidenceSource = (typeof EVIDENCE_SOURCES)[number];

/** What evidence counts that does not say how sure it is. */
const USUAL: Readonly<Record<EvidenceSource, number>> = { person: 0.9, string: 0.7, trace: 0.6, tool: 0.5 };

/** How sure the surest piece of evidence is; 0 without any. */
export const sureness = ({ evidence = [] }: Pick<NameEntry, 'evidence'>): number =>
  evidence.reduce((most, e) => Math.max(most, e.confidence ?? USUAL[e.source]), 0);

/** What two entries must share to be about the same thing. */
export const placeOf = ({ address, program }: Pick<NameEntry, 'address' | 'program'>): string =>
  `${program ?? ''}\0${address}`;

export const hex = (address: number): string => `0x${address.toString(16)}`;

export const byPlace = (a: NameEntry, b: NameEntry): number =>
  a.address - b.address || (placeOf(a) < placeOf(b) ? -1 : placeOf(a) > placeOf(b) ? 1 : 0);

/** Bounds for whatever is read: a map of a large program has tens of thousands of entries. */
export const LIMITS = {
  entries: 1_000_000,
  name: 200,
  text: 4000,
  evidence: 32,
  targets: 4096,
  extras: 32,
} as const;

/** A name goes into C text, tables and terminals. */
export const isName = (text: string): boolean =>
  /^[\w.$@:~<>,()&*+\-=!%^|[\] ]{1,200}$/.test(text) && !text.includes('*/') && text.trim() === text;
