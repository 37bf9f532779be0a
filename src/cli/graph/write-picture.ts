import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { pageText } from '../../report/graph/page-text.ts';
import type { Picture } from '../../report/graph/picture.ts';
import { dotText, jsonText, mermaidText, svgText } from '../../report/graph/picture-text.ts';
import { besideUs } from '../beside-us.ts';
import { say } from '../print.ts';
import type { GraphWords } from './read-graph-words.ts';

/** A page holds everything it can show; more than this, and browsers would not open it gladly. */
const MOST_IN_A_PAGE = 150_000;

export function writePicture(root: string, words: GraphWords, picture: Picture): number {
  const { format, out } = words;
  if (format === 'html' && picture.nodes.length > MOST_IN_A_PAGE) {
    say(`that is ${picture.nodes.length} targets, and a page holds ${MOST_IN_A_PAGE}`);
    say('name fewer (`recomp graph //a/...`), or take --format=svg, dot or json');
    return 2;
  }
  const file = out ?? (format === 'html' ? `${root}/.recomp/graph.html` : '-');
  const text = textOf(words, picture);
  if (file === '-') {
    process.stdout.write(text);
    return 0;
  }
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    say(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    return 4;
  }
  const count = picture.nodes.length === 1 ? '1 target' : `${picture.nodes.length} targets`;
  say(`${count}: ${out ?? relative(process.cwd(), file)}`);
  return 0;
}

function textOf({ format, boxes }: GraphWords, picture: Picture): string {
  switch (format) {
    case 'html':
      return pageText(picture, { script: part('graph-page.js'), style: part('graph-page.css') });
    case 'svg':
      return svgText(picture, boxes);
    case 'mermaid':
      return mermaidText(picture, boxes);
    case 'dot':
      return dotText(picture);
    case 'json':
      return jsonText(picture);
  }
}

const part = (name: string): string => readFileSync(besideUs(name), 'utf8');
