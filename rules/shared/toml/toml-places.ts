/** Where something stands in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const PART = String.raw`(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')`;
const PATH = String.raw`${PART}(?:[ \t]*\.[ \t]*${PART})*`;
const HEADER = new RegExp(String.raw`^[ \t]*\[(\[?)[ \t]*(${PATH})[ \t]*\]`);
const ASSIGNMENT = new RegExp(String.raw`^[ \t]*(${PATH})[ \t]*=`);
const INLINE = new RegExp(String.raw`[{,][ \t]*(${PATH})[ \t]*=`, 'g');
const PARTS = new RegExp(PART, 'g');

/**
 * Where the keys of a well-formed TOML file stand, by their path as JSON. Only a mistake asks for this, so that good files
 * are parsed once; keys of tables within an inline table are found at their outer table.
 */
export function tomlPlaces(text: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const counts = new Map<string, number>();
  let table: readonly (string | number)[] = [];
  let open: Open = NOTHING_OPEN;
  const note = (path: readonly (string | number)[], line: number, column: number): void => {
    const key = JSON.stringify(path);
    if (!places.has(key)) places.set(key, { line, column });
  };
  text.split('\n').forEach((line, index) => {
    const before = open;
    open = scan(line, before);
    if (before.until !== '' || before.depth > 0) return;
    const header = HEADER.exec(line);
    if (header !== null) {
      const names = partsOf(header[2]);
      table = header[1] === '' ? withIndexes(names, counts) : nextOf(names, counts);
      note(table, index + 1, line.indexOf('[') + 1);
      return;
    }
    const assignment = ASSIGNMENT.exec(line);
    if (assignment === null) return;
    const path = [...table, ...partsOf(assignment[1])];
    note(path, index + 1, line.search(/\S/) + 1);
    for (const inner of line.slice(assignment[0].length).matchAll(INLINE)) {
      const column = assignment[0].length + inner.index + inner[0].search(/[^{,\s]/) + 1;
      note([...path, ...partsOf(inner[1])], index + 1, column);
    }
  });
  return places;
}

const partsOf = (path = ''): string[] =>
  (path.match(PARTS) ?? []).map((part) => part.replace(/^(["'])(.*)\1$/, '$2'));

function nextOf(names: readonly string[], counts: Map<string, number>): (string | number)[] {
  const key = names.join('\0');
  const count = counts.get(key) ?? 0;
  counts.set(key, count + 1);
  return [...withIndexes(names.slice(0, -1), counts), names.at(-1) ?? '', count];
}

/** A header below `[[scenes]]` belongs to the newest of them. */
function withIndexes(names: readonly string[], counts: ReadonlyMap<string, number>): (string | number)[] {
  return names.flatMap((name, i) => {
    const count = counts.get(names.slice(0, i + 1).join('\0'));
    return count === undefined ? [name] : [name, count - 1];
  });
}

/** What a line leaves open for the next: a text of several lines, or brackets. */
interface Open {
  readonly until: string;
  readonly depth: number;
}
const NOTHING_OPEN: Open = { until: '', depth: 0 };

function scan(line: string, before: Open): Open {
  let { until, depth } = before;
  for (let at = 0; at < line.length; at++) {
    if (until !== '') {
      if (line[at] === '\\' && until.startsWith('"')) at++;
      else if (line.startsWith(until, at)) [at, until] = [at + until.length - 1, ''];
      continue;
    }
    const char = line[at];
    if (char === '#') break;
    if (char === '"' || char === "'") {
      until = line.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      at += until.length - 1;
    } else if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
  }
  return { until: until.length === 3 ? until : '', depth: Math.max(0, depth) };
}
