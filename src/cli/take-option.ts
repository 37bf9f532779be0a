export interface Taken {
  readonly value: string | undefined;
  readonly rest: readonly string[];
}

/** Takes `--name VALUE` or `--name=VALUE` out of the words, whose rest another parser reads; a string is what is wrong. */
export function takeOption(argv: readonly string[], name: string): Taken | string {
  let value: string | undefined;
  const rest: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') return { value, rest: [...rest, ...argv.slice(i)] };
    if (word.startsWith(`${name}=`)) value = word.slice(name.length + 1);
    else if (word === name) value = argv[++i] ?? '';
    else {
      rest.push(word);
      continue;
    }
    if (value === '' || value.startsWith('-')) return `${name} needs a value: ${name}=…`;
  }
  return { value, rest };
}
