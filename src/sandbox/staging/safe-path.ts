/** A path that stays below the execution root whatever it is joined to. */
export const isSafePath = (path: string): boolean => path !== '' && !UNSAFE.test(path);

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL ends a path early.
const UNSAFE = /^\/|\/$|\/\/|(?:^|\/)\.\.?(?:\/|$)|\u0000/;

export const parentOf = (path: string): string => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
};
