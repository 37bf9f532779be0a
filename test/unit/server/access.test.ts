import { describe, expect, it } from 'vitest';
import { createAccess, type Grant, parseGrants } from '../../../src/server/access.ts';

const READER = 'reader-reader-reader';
const WRITER = 'writer-writer-writer';
const PR = 'pull-request-token-1';

function grants(text: string, need: 'read' | 'write'): readonly Grant[] {
  const parsed = parseGrants(text, need);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

const access = createAccess(
  [
    ...grants(`# who reads\n${READER}\n${PR} main # the branch\n`, 'read'),
    ...grants(`${WRITER}\n\n${PR} pr/*`, 'write'),
  ],
  'none',
);

describe('tokens', () => {
  it.each([
    [undefined, '', 'read', 'unknown'],
    ['Bearer nobody-nobody-nobody', '', 'read', 'unknown'],
    ['Bearer', '', 'read', 'unknown'],
    [`Digest ${READER}`, '', 'read', 'unknown'],
    [`Bearer ${READER}`, '', 'read', 'allowed'],
    [`bearer   ${READER}`, 'main', 'read', 'allowed'],
    [`Bearer ${READER}`, 'main', 'write', 'forbidden'],
    [`Bearer ${WRITER}`, 'main', 'write', 'allowed'],
    [`Bearer ${WRITER}`, 'main', 'read', 'allowed'],
    [`Bearer ${PR}`, 'main', 'read', 'allowed'],
    [`Bearer ${PR}`, 'main', 'write', 'forbidden'],
    [`Bearer ${PR}`, 'pr/7', 'write', 'allowed'],
    [`Bearer ${PR}`, 'pr/7/b', 'read', 'allowed'],
    [`Bearer ${PR}`, 'pr', 'write', 'forbidden'],
    [`Bearer ${PR}`, 'other', 'read', 'forbidden'],
    [`Basic ${Buffer.from(`me:${WRITER}`).toString('base64')}`, '', 'write', 'allowed'],
    [`Basic ${Buffer.from(`${READER}:`).toString('base64')}`, '', 'read', 'allowed'],
    ['Basic ????', '', 'read', 'unknown'],
    [`Bearer ${PR}`, undefined, 'write', 'allowed'],
    [`Bearer ${READER}`, undefined, 'write', 'forbidden'],
    [undefined, undefined, 'read', 'unknown'],
  ] as const)('%s in "%s" to %s: %s', (header, instance, need, verdict) =>
    expect(access.check(header, instance, need)).toBe(verdict),
  );

  it('are not needed for what anybody may do', () => {
    const open = createAccess(grants(WRITER, 'write'), 'read');
    expect(open.check(undefined, '', 'read')).toBe('allowed');
    expect(open.check(undefined, '', 'write')).toBe('unknown');
    expect(open.check(`Bearer ${WRITER}`, '', 'write')).toBe('allowed');
    expect(createAccess([], 'write').check(undefined, 'x', 'write')).toBe('allowed');
  });

  it('that can be guessed are refused, and never quoted', () =>
    expect(parseGrants(`${READER}\nsecret`, 'read')).toEqual({
      ok: false,
      error: 'the token in line 2 is shorter than 16 characters',
    }));
});
