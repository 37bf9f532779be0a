import { describe, expect, it } from 'vitest';
import { decodeActionResult } from '../../../src/fingerprint/reapi/decode-action-result.ts';
import { encodeActionResult, sameOutcome } from '../../../src/fingerprint/reapi/encode-action-result.ts';
import type { ActionResult } from '../../../src/model/result.ts';

const result = (maker?: string): ActionResult => ({
  outputs: [],
  isolation: 2,
  ...(maker === undefined ? {} : { maker }),
});

describe('who made a result', () => {
  it('goes with it, and makes no difference to what it is', () => {
    const made = result('machine/20260101-120000-00000000');
    expect(decodeActionResult(encodeActionResult(made))?.maker).toBe('machine/20260101-120000-00000000');
    expect(sameOutcome(made, result('another/run'))).toBe(true);
    expect(decodeActionResult(encodeActionResult(result()))).not.toHaveProperty('maker');
  });

  it.each(['\u001b[31mred', 'a b', 'x'.repeat(300), ''])('is not believed if it is %j', (maker) => {
    const read = decodeActionResult(encodeActionResult(result(maker)));
    expect(read).toMatchObject({ isolation: 2 });
    expect(read).not.toHaveProperty('maker');
  });
});
