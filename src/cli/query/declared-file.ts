import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type {
  DeclaredDetails,
  DeclaredGraph,
  DeclaredRule,
  PackageFault,
} from '../../graph/declared-graph.ts';
import type { Label } from '../../model/label.ts';

/**
 * A declared graph between two commands: one line of JSON, the labels, the details (a line each, opened when asked for), and the
 * numbers as they lie in memory. What is torn or foreign reads as absent. Its digest is kept with what was looked at for it.
 */
interface Head {
  readonly rules: readonly DeclaredRule[];
  readonly packages: readonly string[];
  readonly faults: readonly PackageFault[];
  readonly targets: number;
  readonly edges: number;
  /** Bytes of the labels and of the details. */
  readonly texts: readonly [labels: number, details: number];
}

export function writeDeclared(file: string, graph: DeclaredGraph): string {
  const details = graph.labels.map((_, i) => Buffer.from(JSON.stringify(graph.details(i)), 'utf8'));
  const labels = Buffer.from(graph.labels.join('\n'), 'utf8');
  const { rules, packages, faults } = graph;
  const head: Head = {
    rules,
    packages,
    faults,
    targets: graph.labels.length,
    edges: graph.deps.length,
    texts: [labels.length, details.reduce((sum, text) => sum + text.length, 0)],
  };
  const ends = new Uint32Array(details.length + 1);
  details.forEach((text, i) => {
    ends[i + 1] = (ends[i] ?? 0) + text.length;
  });
  const numbers = [graph.ruleOf, graph.packageOf, graph.depStarts, graph.deps, ends].map(bytesOf);
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), labels, ...details, ...numbers]);
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, body);
  renameSync(temporary, file);
  return digestOf(body);
}

/** Undefined: it is not there, or not the one with this digest. */
export function readDeclared(file: string, digest: string): DeclaredGraph | undefined {
  let body: Buffer;
  try {
    body = readFileSync(file);
  } catch {
    return undefined;
  }
  if (digestOf(body) !== digest) return undefined;
  const line = body.indexOf('\n');
  // The digest held, so this is what was written.
  const head: Head = JSON.parse(body.toString('utf8', 0, line));
  return decode(body, line + 1, head);
}

function decode(body: Buffer, start: number, { targets, edges, texts, ...head }: Head): DeclaredGraph {
  const labelsEnd = start + texts[0];
  const detailsEnd = labelsEnd + texts[1];
  let at = detailsEnd;
  const take = (count: number): Uint32Array => {
    const array = new Uint32Array(count);
    // A copy: the file's bytes are not aligned for numbers.
    bytesOf(array).set(body.subarray(at, at + array.byteLength));
    at += array.byteLength;
    return array;
  };
  const [ruleOf, packageOf, depStarts, deps, ends] = [
    take(targets),
    take(targets),
    take(targets + 1),
    take(edges),
    take(targets + 1),
  ];
  return {
    ...head,
    labels: targets === 0 ? [] : labelsIn(body.toString('latin1', start, labelsEnd)),
    ruleOf,
    packageOf,
    depStarts,
    deps,
    details: (i) =>
      detailsIn(body.toString('utf8', labelsEnd + (ends[i] ?? 0), labelsEnd + (ends[i + 1] ?? 0))),
  };
}

const isLabel = (text: string): text is Label => text.startsWith('//');

const labelsIn = (text: string): Label[] => text.split('\n').filter(isLabel);

function detailsIn(text: string): DeclaredDetails {
  const details: DeclaredDetails = JSON.parse(text);
  return details;
}

const bytesOf = (array: Uint32Array): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

const digestOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
