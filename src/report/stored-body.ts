import { createHash } from 'node:crypto';
import { compareCodePoints } from '../base/order.ts';
import type { ManifestLists } from './cut-body.ts';
import { joined } from './manifest-text.ts';

/** New texts for some of a body's lines. */
export interface BodyPatch {
  /** By path. */
  readonly inputs: ReadonlyMap<string, string>;
  /** By label. */
  readonly steps: ReadonlyMap<string, string>;
  /** By path. */
  readonly artifacts: ReadonlyMap<string, string>;
  readonly totals: string;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The body of a manifest that `bodyText` wrote, kept as bytes: after a small edit a few of its lines are replaced, and
 * turning all of them into strings and back would cost more than the edit.
 */
export class StoredBody {
  readonly #bytes: Buffer;
  readonly #fingerprint: Span;
  readonly #inputs: Span;
  readonly #steps: Span;
  readonly #artifacts: Span;
  readonly #totals: Span;

  private constructor(bytes: Buffer, spans: readonly [Span, Span, Span, Span, Span]) {
    this.#bytes = bytes;
    [this.#fingerprint, this.#inputs, this.#steps, this.#artifacts, this.#totals] = spans;
  }

  /** Undefined: another version's, or one of a run that validated something. */
  static open(bytes: Buffer): StoredBody | undefined {
    let at = 0;
    const next = (key: string, closed: string): Span | undefined => {
      const opening = `\n"${key}":`;
      const found = bytes.indexOf(opening, at);
      if (found < 0) return undefined;
      const start = found + opening.length;
      const end = bytes.indexOf(closed, start);
      if (end < 0) return undefined;
      at = end;
      return { start, end };
    };
    const fingerprint = next('input_fingerprint', ',\n');
    const inputs = next('inputs', '],\n"');
    const steps = next('steps', '],\n"');
    const artifacts = next('artifacts', '],\n"totals"');
    const totals = next('totals', '}\n');
    return fingerprint && inputs && steps && artifacts && totals
      ? new StoredBody(bytes, [fingerprint, inputs, steps, artifacts, totals])
      : undefined;
  }

  /** Undefined: something has no line here. */
  patched(patch: BodyPatch): Buffer | undefined {
    const inputs = this.#edits(this.#inputs, 'path', patch.inputs);
    const steps = this.#edits(this.#steps, 'name', patch.steps);
    const artifacts = this.#edits(this.#artifacts, 'path', patch.artifacts);
    if (!inputs || !steps || !artifacts) return undefined;
    const print = inputs.length === 0 ? [] : [{ ...this.#fingerprint, text: this.#fingerprintOf(inputs) }];
    const totals = { ...this.#totals, text: patch.totals };
    return this.#apply({ start: 0, end: this.#bytes.length }, [
      ...print,
      ...inputs,
      ...steps,
      ...artifacts,
      totals,
    ]);
  }

  /** What the fingerprint becomes with these; undefined: one has no line here. */
  fingerprintWith(inputs: ReadonlyMap<string, string>): string | undefined {
    const edits = this.#edits(this.#inputs, 'path', inputs);
    return edits && this.#fingerprintOf(edits).slice(1, -1);
  }

  /** Whether each has a line here. */
  hasArtifacts(artifacts: ReadonlyMap<string, string>): boolean {
    return this.#edits(this.#artifacts, 'path', artifacts) !== undefined;
  }

  /** Of lists about the same things: the lines that differ. Undefined: they are about others, or more than `max` of one differ. */
  differing(lines: ManifestLists<readonly string[]>, max: number): ManifestLists | undefined {
    const inputs = this.#differing(this.#inputs, 'path', lines.inputs, max);
    const steps = inputs && this.#differing(this.#steps, 'name', lines.steps, max);
    const artifacts = steps && this.#differing(this.#artifacts, 'path', lines.artifacts, max);
    return artifacts && { inputs, steps, artifacts };
  }

  #differing(
    section: Span,
    member: string,
    lines: readonly string[],
    max: number,
  ): Map<string, string> | undefined {
    const inner = this.#bytes.toString('utf8', section.start + 2, section.end - 1);
    const before = inner === '' ? [] : inner.split(',\n');
    if (before.length !== lines.length) return undefined;
    const found = new Map<string, string>();
    for (const [i, line] of lines.entries()) {
      const old = before[i];
      if (old === undefined || line === old) continue;
      const name = memberOf(old, member);
      if (found.size === max || memberOf(line, member) !== name) return undefined;
      found.set(name, line);
    }
    return found;
  }

  #fingerprintOf(edits: readonly Edit[]): string {
    const { start, end } = this.#inputs;
    const hash = createHash('sha256');
    // Without the brackets and the line breaks next to them: as it is taken of new lines.
    for (const piece of this.#pieces({ start: start + 2, end: end - 1 }, edits)) hash.update(piece);
    return `"${hash.digest('hex')}"`;
  }

  #apply(within: Span, edits: readonly Edit[]): Buffer {
    return Buffer.concat([...this.#pieces(within, edits)]);
  }

  *#pieces(within: Span, edits: readonly Edit[]): Generator<Uint8Array> {
    let done = within.start;
    for (const { start, end, text } of edits) {
      yield this.#bytes.subarray(done, start);
      yield Buffer.from(text);
      done = end;
    }
    yield this.#bytes.subarray(done, within.end);
  }

  /** In the order of the lines; undefined: some have no line. */
  #edits(section: Span, member: string, texts: ReadonlyMap<string, string>): Edit[] | undefined {
    if (texts.size > FEW) return this.#manyEdits(section, member, texts);
    const edits: Edit[] = [];
    for (const [name, text] of texts) {
      const span = this.#find(section, member, name);
      if (span) edits.push({ ...span, text });
    }
    return edits.length < texts.size ? undefined : edits.sort((a, b) => a.start - b.start);
  }

  /** The lines stand in the order of what they are about. */
  #find(section: Span, member: string, name: string): Span | undefined {
    let [low, high] = [section.start + 2, section.end - 1];
    while (low < high) {
      const line = this.#lineAround((low + high) >> 1, section);
      const order = compareCodePoints(this.#nameOf(line, member), name);
      if (order === 0) return line;
      if (order < 0) low = Math.min(high, this.#bytes.indexOf(BREAK, line.end) + 1);
      else high = line.start;
    }
    return undefined;
  }

  /** Without the comma and the line break after it. */
  #lineAround(at: number, section: Span): Span {
    const start = this.#bytes.lastIndexOf(BREAK, at - 1) + 1;
    const end = this.#bytes.indexOf(BREAK, at);
    return { start, end: end < section.end - 1 ? end - 1 : end };
  }

  /** Of its first member. */
  #nameOf({ start, end }: Span, member: string): string {
    const from = start + `{"${member}":`.length;
    let to = from + 1;
    while (to < end && this.#bytes[to] !== QUOTE) to += this.#bytes[to] === BACKSLASH ? 2 : 1;
    return String(JSON.parse(this.#bytes.toString('utf8', from, to + 1)));
  }

  /** A few lines are searched for; of many the whole list is gone through once. */
  #manyEdits(section: Span, member: string, texts: ReadonlyMap<string, string>): Edit[] | undefined {
    const starts = new Map([...texts].map(([name, text]) => [firstMember(member, name), text]));
    const inner = { start: section.start + 2, end: section.end - 1 };
    let found = 0;
    const lines = this.#bytes.toString('utf8', inner.start, inner.end).split(',\n');
    for (const [i, line] of lines.entries()) {
      const text = starts.get(line.slice(0, line.indexOf('",') + 2));
      if (text === undefined) continue;
      lines[i] = text;
      found++;
    }
    return found < texts.size ? undefined : [{ ...inner, text: joined(lines) }];
  }
}

interface Edit extends Span {
  readonly text: string;
}

function memberOf(line: string, member: string): string {
  const value: unknown = JSON.parse(line);
  return String(new Map(typeof value === 'object' && value ? Object.entries(value) : []).get(member));
}

const firstMember = (member: string, name: string): string => `{"${member}":${JSON.stringify(name)},`;

const FEW = 500;
const BREAK = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
