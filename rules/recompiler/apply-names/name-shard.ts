import type { NameEntry } from '../../shared/name-map/entry.ts';
import { NAME_LINE, nameLine } from '../print-c/name-line.ts';

/** Names, signatures and comments, each above the function that it is about. */
export const nameShard = (text: string, names: ReadonlyMap<number, NameEntry>): string =>
  text.replace(NAME_LINE, (line, digits: string) => {
    const address = Number.parseInt(digits, 16);
    const entry = names.get(address);
    if (entry === undefined) return line;
    const about = [...linesOf(entry.signature), ...linesOf(entry.comment)];
    const comment =
      about.length === 0 ? '' : `/*\n${about.map((l) => ` * ${l}`.trimEnd()).join('\n')}\n */\n`;
    return `${comment}${entry.name === undefined ? line : nameLine(address, entry.name)}`;
  });

/** Whatever a person wrote, so that it can neither end the comment nor be anything but one. */
function linesOf(text: string | undefined): string[] {
  if (text === undefined || text.trim() === '') return [];
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) =>
      line
        .replace(/\p{Cc}/gu, ' ')
        .replaceAll('*/', '* /')
        .replaceAll('/*', '/ *')
        .trimEnd(),
    )
    .map((line) => line.replace(/\\$/, '\\.'));
}
