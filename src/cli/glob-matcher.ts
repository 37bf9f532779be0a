import { compileGlob, matchesGlob } from '../workspace/glob.ts';

/** Each glob is read once. A bad one was refused when the workspace was loaded, and takes nothing here. */
export function globMatcher(): (glob: string, path: string) => boolean {
  const compiled = new Map<string, (path: string) => boolean>();
  return (text, path) => {
    let matches = compiled.get(text);
    if (!matches) {
      const glob = compileGlob(text);
      matches = glob.ok ? (p) => matchesGlob(glob.value, p, true) : () => false;
      compiled.set(text, matches);
    }
    return matches(path);
  };
}
