import { nearest } from '../../base/nearest.ts';
import { namesPage } from '../help/pages/names.ts';
import { renderPage } from '../help/render-page.ts';
import { checkNames } from '../names/check-names.ts';
import { exportMap } from '../names/export-map.ts';
import { importMaps } from '../names/import-maps.ts';
import { mergeMaps } from '../names/merge-maps.ts';
import type { NamesWords } from '../names/names-words.ts';
import { readWords } from '../read-words.ts';
import { usageFault } from '../usage-fault.ts';

const ACTIONS: Readonly<Record<string, (words: NamesWords, files: readonly string[]) => number>> = {
  import: importMaps,
  export: exportMap,
  merge: mergeMaps,
  check: checkNames,
};

/** `recomp names import|export|merge|check`. */
export async function namesCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(namesPage, argv);
  if (typeof words === 'string') return usageFault('names', words);
  const [name, ...files] = words.positionals;
  if (name === undefined) {
    process.stdout.write(renderPage(namesPage));
    return 0;
  }
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action !== undefined) return action(words, files);
  const near = nearest(name, Object.keys(ACTIONS));
  return usageFault(
    'names',
    `there is no \`recomp names ${name}\`${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}
