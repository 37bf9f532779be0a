/** One function of the emitted code. */
export interface EmittedFunction {
  readonly address: string;
  readonly name: string;
  readonly file: string;
  readonly lines: readonly string[];
}

const NAME = /^NAME\(([\da-f]{1,16}), "([^"]{0,200})"\)$/;

/** A file of lifted code, cut where each function's name stands; comments above it belong to it. */
export function functionsOf(file: string, text: string): readonly EmittedFunction[] {
  const lines = text.split('\n');
  const functions: EmittedFunction[] = [];
  const starts = lines.flatMap((line, i) => (NAME.test(line) ? [i] : []));
  const tops = starts.map((at) => topOf(lines, at));
  for (const [i, at] of starts.entries()) {
    const [, address = '', name = ''] = NAME.exec(lines[at] ?? '') ?? [];
    const body = lines.slice(tops[i], tops[i + 1]);
    while (body.at(-1) === '') body.pop();
    functions.push({ address: `0x${address}`, name, file, lines: body });
  }
  return functions;
}

/** Above the name stand what people say of the function, in one comment. */
function topOf(lines: readonly string[], at: number): number {
  if (lines[at - 1] !== ' */') return at;
  let top = at - 1;
  while (top > 0 && lines[top] !== '/*') top--;
  return lines[top] === '/*' ? top : at;
}
