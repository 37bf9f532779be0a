import { hunks, lineDiff } from '../base/line-diff.ts';
import { cleanText } from './source-line.ts';
import type { Content, FileContent, Told } from './told-change.ts';

const AROUND = 1;
const MAX_LINES = 16;
const MAX_WIDTH = 160;

/** What differs in a content, line by line; nothing where it is not known, no text or too much to be read in passing. */
export async function toldDiff(
  { contents }: Told,
  read: (content: FileContent) => Promise<string | undefined>,
): Promise<string[]> {
  if (!contents) return [];
  const textOf = async (content: Content): Promise<string | undefined> =>
    'text' in content ? content.text : read(content);
  const [before, after] = [await textOf(contents.before), await textOf(contents.after)];
  if (before === undefined || after === undefined) return [];
  const diff = lineDiff(linesOf(before), linesOf(after));
  const shown = diff && hunks(diff, AROUND, MAX_LINES);
  return (shown ?? []).map(
    ({ kind, text }) => `${MARKS[kind]}${cutLine(cleanText(text.replaceAll('\t', '    ')))}`,
  );
}

const MARKS = { same: ' ', gone: '-', new: '+' } as const;

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop();
  return last === undefined || last === '' ? lines : [...lines, last];
}

const cutLine = (line: string): string => (line.length <= MAX_WIDTH ? line : `${line.slice(0, MAX_WIDTH)}…`);
