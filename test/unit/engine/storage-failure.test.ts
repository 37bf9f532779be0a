import { describe, expect, it } from 'vitest';
import { namePath } from '../../../src/base/name-path.ts';
import { storageFailure } from '../../../src/engine/storage-failure.ts';

const refused = (more: object = {}): Error =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
    ...more,
  });
const message = (error: unknown): unknown => storageFailure(error);

describe('a full disk', () => {
  it('is named by the file, which the system leaves out of a failed write', () => {
    expect(message(namePath(refused(), '/d/run'))).toMatchObject({ message: 'the disk is full: /d/run' });
    expect(message(namePath(refused({ path: '/d/own' }), '/d/run'))).toMatchObject({ path: '/d/own' });
  });

  it('is the one that a copy was to go to', () => {
    expect(message(refused({ path: '/shm/from', dest: '/d/to' }))).toMatchObject({ path: '/d/to' });
  });

  it('is not made of what is no refusal', () => {
    expect(message(namePath(new TypeError('x'), '/d'))).toBeUndefined();
  });
});
