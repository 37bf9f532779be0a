import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinAnalysis } from '../../../rules/analysis/join/join-analysis.ts';
import { makeAnalysis } from '../../../rules/recompiler/analyse/analysis.ts';
import { NO_HINTS } from '../../../rules/recompiler/analyse/hints.ts';
import { discover } from '../../../rules/recompiler/lift/discover.ts';
import { parseNameMap } from '../../../rules/shared/name-map/parse-name-map.ts';
import { printNameMap } from '../../../rules/shared/name-map/print-name-map.ts';
import { analysis } from '../../../src/model/schema/analysis.ts';
import { nameMap } from '../../../src/model/schema/name-map.ts';
import { imageOf } from '../../helpers/lifted.ts';
import { anyEntries } from './any-entries.ts';

const sample = (file: string): Buffer =>
  readFileSync(new URL(`../../../samples/first-light/${file}`, import.meta.url));

describe('the schemas', () => {
  it('take what is written as a name map', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => nameMap.safeParse(JSON.parse(printNameMap(entries))).success),
    );
  });
  it('take the sample’s own', () => {
    expect(nameMap.safeParse(JSON.parse(sample('name_map.json').toString())).error).toBeUndefined();
  });
  it.each([
    '[{"address": "0x1", "nmae": "a"}]',
    '[{"address": "x", "name": "a"}]',
    '[{"address": 1, "name": ""}]',
  ])('refuse what the parser refuses: %s', (text) => {
    expect(parseNameMap(text).ok).toBe(false);
    expect(nameMap.safeParse(JSON.parse(text)).success).toBe(false);
  });
  it('take an analysis', () => {
    const image = imageOf('first-light', sample('first-light.nro'));
    const names = parseNameMap(sample('name_map.json').toString());
    const found = makeAnalysis(image, discover(image, NO_HINTS), NO_HINTS);
    const joined = joinAnalysis({ ...found }, names.ok ? names.value : []);
    expect(analysis.safeParse(joined).error).toBeUndefined();
    expect(JSON.stringify(joined)).toContain('"name":"draw_bars"');
  });
});
