import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/remote/address.ts';

const parsed = (text: string) => {
  const address = parseAddress(text);
  return address.ok ? address.value : address.error;
};

describe('addresses', () => {
  it.each([
    ['grpc://cache:9092', { scheme: 'grpc', tls: false, host: 'cache:9092', path: '' }],
    ['grpcs://cache/main/x/', { scheme: 'grpc', tls: true, host: 'cache:443', path: 'main/x' }],
    ['http://[::1]:80/c', { scheme: 'http', tls: false, host: '[::1]:80', path: 'c' }],
    ['https://cache', { scheme: 'http', tls: true, host: 'cache:443', path: '' }],
    ['s3://bucket/team/a', { scheme: 's3', host: 'bucket', path: 'team/a' }],
  ])('%s', (text, expected) => {
    expect(parsed(text)).toMatchObject(expected);
  });

  it.each([
    ['ftp://cache', 'expected grpc://'],
    ['cache:9092', 'expected grpc://'],
    ['http://', 'expected grpc://'],
    ['https://me:word@cache', 'must not hold'],
    ['https://word@cache', 'must not hold'],
    ['https://cache?token=word', 'no query'],
  ])('%s is refused', (text, why) => {
    expect(parsed(text)).toContain(why);
    expect(parsed(text)).not.toContain('word@');
  });
});
