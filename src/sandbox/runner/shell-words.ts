/** One word for a POSIX shell; a line break inside it is part of the word. */
export const shellQuote = (text: string): string =>
  PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

export const shellJoin = (words: readonly string[]): string => words.map(shellQuote).join(' ');

/** Nothing a shell would read as more than itself; no `=` or `~`, which mean something at a word's start. */
const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/;
