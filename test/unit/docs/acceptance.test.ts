import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const ACCEPTANCE = read('docs/acceptance.md');

const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter(
      (line) => line.startsWith('| ') && !line.startsWith('| requirement') && !line.startsWith('| check |'),
    )
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );

interface Row {
  readonly file: string;
  readonly title: string;
  readonly state: string;
}

/** Rows of tests; a section says which file is meant where a row names none. */
const rows: readonly Row[] = ACCEPTANCE.split(/^## /m).flatMap((section) => {
  const usual = /^Tests in `([^`]+)`/m.exec(section)?.[1] ?? '';
  return rowsOf(section).flatMap(([, test = '', state]) => {
    if (state === undefined) return [];
    const [, file = usual, title = ''] = /^(?:`(test\/[^`]+)` )?(.*)$/.exec(test) ?? [];
    return [{ file, title, state }];
  });
});

/** Titles as they stand in the code: of tests, and of groups of tests. */
const titlesOf = (file: string): string[] =>
  [
    ...read(file).matchAll(/(?:\b(?:it|describe)|\))\(\s*(?:titled\(\s*)?(['`])((?:\\.|(?!\1)[\s\S])*)\1/g),
  ].map(([, , title = '']) => title);

describe('docs/acceptance.md', () => {
  it('names tests that are there', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const { file, title } of rows)
      expect(
        titlesOf(file).some((known) => known.startsWith(title)),
        `${file}: ${title}`,
      ).toBe(true);
  });

  it('has a row for every test of the acceptance files', () => {
    for (const name of readdirSync(join(ROOT, 'test/e2e')).filter((n) => n.startsWith('acceptance-'))) {
      const file = `test/e2e/${name}`;
      const groups = new Set([...read(file).matchAll(/describe\('([^']+)'/g)].map(([, title]) => title));
      const named = rows.filter((row) => row.file === file).map((row) => row.title);
      for (const title of titlesOf(file)) if (!groups.has(title)) expect(named, file).toContain(title);
    }
  });

  it('answers every open question in a record that says what was decided', () => {
    const records = [...ACCEPTANCE.matchAll(/\| \[\d{4}\]\((adr\/[\w-]+\.md)\) \|/g)].map(
      ([, path = '']) => `docs/${path}`,
    );
    expect(records).toHaveLength(6);
    for (const record of records) expect(read(record), record).toMatch(/^\*\*Decision\.\*\* \S/m);
  });
});

describe('docs/services.md', () => {
  const services = read('docs/services.md');
  const named = [...services.matchAll(/`((?:src|rules|schemas)\/[\w./-]+)`/g)].map(([, path = '']) => path);

  it('names folders and schemas that are there', () => {
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('knows every record that a service would exchange', () => {
    const records = readdirSync(join(ROOT, 'schemas'))
      .map((file) => file.replace('.schema.json', ''))
      .filter(
        (name) =>
          /^(?:run-|artifact-|provenance-|policy-|model-|validation-report)/.test(name) &&
          name !== 'run-stamp',
      );
    expect(records.length).toBeGreaterThan(8);
    for (const name of records) expect(named, name).toContain(`schemas/${name}.schema.json`);
  });

  it('says what docs/records.md says, of every record', () => {
    for (const file of readdirSync(join(ROOT, 'schemas')))
      if (/^(?:run-|artifact|provenance-|policy|model|validation-report)/.test(file))
        expect(read('docs/records.md'), file).toContain(`schemas/${file}`);
  });
});

describe('docs/roadmap.md', () => {
  const roadmap = rowsOf(read('docs/roadmap.md')).filter(
    ([state]) => state === 'there' || state === 'not there',
  );

  it('names what is there by where it is', () => {
    const there = roadmap.filter(([state]) => state === 'there');
    expect(there.length).toBeGreaterThan(5);
    for (const [, what, where = ''] of there) {
      const path = /^`([^`]+)`$/.exec(where)?.[1];
      expect(path && existsSync(join(ROOT, path)), what).toBe(true);
    }
  });

  it('and what is not there is not: nothing of it is in the code', () => {
    const missing = roadmap.filter(([state]) => state === 'not there');
    expect(missing.length).toBeGreaterThan(2);
    for (const [, what = '', where = ''] of missing) expect(where, what).toBe('');
    // Both modes are refused where a loop is read, and no stage asks a model.
    expect(read('src/automation/load-automation.ts')).toContain('policy-execution-mode');
    const writers = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('model/schema/'))
      .filter((file) => /model-request|modelRequest/.test(read(`src/${file}`)));
    expect(writers).toEqual([]);
  });
});
