import { describe, expect, it } from 'vitest';
import { parseRoute } from '../../../src/server/http/route.ts';
import { isInstanceName } from '../../../src/server/instance-name.ts';

const HASH = 'ab'.repeat(32);

describe('names of instances', () => {
  it.each(['', 'main', 'pr/17', 'a.b-c_d@e', 'a/b/c'])('takes "%s"', (name) =>
    expect(isInstanceName(name)).toBe(true),
  );
  it.each([
    '/',
    'a/',
    '/a',
    'a//b',
    '.',
    '..',
    'a/../b',
    'blobs',
    'a/uploads',
    'x/cas',
    'a b',
    'a\0',
    'ä',
    'x'.repeat(257),
  ])('refuses "%s"', (name) => expect(isInstanceName(name)).toBe(false));
});

describe('paths of the HTTP cache', () => {
  it.each([
    [`/cas/${HASH}`, { kind: 'cas', instance: '', hash: HASH }],
    [`/ac/${HASH}?x=1`, { kind: 'ac', instance: '', hash: HASH }],
    [`/pr/17/ac/${HASH}`, { kind: 'ac', instance: 'pr/17', hash: HASH }],
    ['/healthz', { kind: 'health' }],
    ['/metrics', { kind: 'metrics' }],
  ])('%s', (url, route) => expect(parseRoute(url)).toEqual(route));

  it.each([
    '/',
    '',
    '*',
    '/cas/',
    `/cas/${HASH.toUpperCase()}`,
    `/cas/${HASH}0`,
    `/cas/${HASH}/`,
    `/../cas/${HASH}`,
    `/a/../../cas/${HASH}`,
    `/%2e%2e/cas/${HASH}`,
    `//cas/${HASH}`,
    `/cas/../ac/${HASH}`,
    '/cas/../../../../etc/passwd',
    `http://elsewhere/cas/${HASH}`,
    '/healthz/x',
  ])('%s is nothing of ours', (url) => expect(parseRoute(url)).toBeUndefined());
});
