import { nearest } from '../../base/nearest.ts';
import { graphPage } from '../help/pages/graph.ts';
import { readWords } from '../read-words.ts';

export const GRAPH_FORMATS = ['html', 'svg', 'mermaid', 'dot', 'json'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

export interface GraphWords {
  readonly format: GraphFormat;
  /** `-`: stdout. Absent: where the format belongs. */
  readonly out?: string;
  /** An expression of the query language. */
  readonly text: string;
  /** It says by itself what is drawn. */
  readonly isQuery: boolean;
  readonly title: string;
  readonly run: string;
  readonly boxes: number;
}

const BOXES = 150;

/** A string is what is wrong. */
export function readGraphWords(argv: readonly string[]): GraphWords | string {
  const negatives = argv.map((word) =>
    /^-(\/\/|:|\.\.\.)/.test(word) ? `${NEGATIVE}${word.slice(1)}` : word,
  );
  const words = readWords(graphPage, negatives);
  if (typeof words === 'string') return words;
  const query = words.value('query');
  const patterns = words.positionals;
  if (query !== undefined && patterns.length > 0) return 'draw patterns or a --query, not both';
  if (query === undefined && patterns.length === 0) return 'draw what? `recomp graph //...` is everything';
  const out = words.value('out');
  const format = words.has('json') ? 'json' : (words.value('format') ?? byEnding(out));
  if (!isFormat(format)) {
    const near = nearest(format, GRAPH_FORMATS);
    return `--format is ${GRAPH_FORMATS.join(', ')}, not "${format}"${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  const boxes = Number(words.value('boxes') ?? BOXES);
  if (!Number.isInteger(boxes) || boxes < 1 || boxes > 10_000)
    return '--boxes takes a whole number from 1 to 10000';
  const title = query ?? patterns.map((pattern) => pattern.replace(NEGATIVE, '-')).join(' ');
  return {
    format,
    ...(out === undefined ? {} : { out }),
    text: query ?? expressionOf(patterns),
    isQuery: query !== undefined,
    title,
    run: words.value('run') ?? 'latest',
    boxes,
  };
}

/** Stands in for the minus before a pattern while the options are read. */
const NEGATIVE = '\u0001';

/** Patterns take away and add in the order they stand in, as for a build. */
const expressionOf = (patterns: readonly string[]): string =>
  patterns
    .map((pattern, i) => {
      const negative = pattern.startsWith(NEGATIVE);
      const text = `"${negative ? pattern.slice(1) : pattern}"`;
      return i === 0 ? (negative ? `set() - ${text}` : text) : `${negative ? '-' : '+'} ${text}`;
    })
    .join(' ');

function byEnding(out: string | undefined): string {
  const ending = /\.(svg|html?|mmd|mermaid|dot|gv|json)$/.exec(out ?? '')?.[1] ?? 'html';
  return { htm: 'html', mmd: 'mermaid', gv: 'dot' }[ending] ?? ending;
}

const isFormat = (text: string): text is GraphFormat => GRAPH_FORMATS.some((format) => format === text);
