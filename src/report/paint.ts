export type Paint = (text: string) => string;

/** ANSI colours for people, or none. */
export function paints(color: boolean) {
  const ansi = (codes: string): Paint =>
    color ? (text) => `\u001b[${codes}m${text}\u001b[0m` : (text) => text;
  return {
    error: ansi('1;31'),
    warning: ansi('1;33'),
    note: ansi('1;36'),
    help: ansi('1;32'),
    frame: ansi('1;34'),
    bold: ansi('1'),
  };
}
