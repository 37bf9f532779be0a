import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { writeAction } from '../../../src/fingerprint/reapi/action.ts';
import { writeCommand } from '../../../src/fingerprint/reapi/command.ts';
import { decodeActionResult } from '../../../src/fingerprint/reapi/decode-action-result.ts';
import { readDirectory, writeDirectory } from '../../../src/fingerprint/reapi/directory.ts';
import { encodeActionResult } from '../../../src/fingerprint/reapi/encode-action-result.ts';
import { WireWriter } from '../../../src/fingerprint/wire-writer.ts';
import type { ActionResult } from '../../../src/model/result.ts';

// What protoc 3.21 makes of the same messages, in hex.
const A = sha256('a');
const E = sha256('');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const DIGEST_A1 = `0a40${hex(A)}1001`;
const DIGEST_E = `0a40${hex(E)}`;

const written = (write: (writer: WireWriter) => void): string => {
  const writer = new WireWriter();
  write(writer);
  return Buffer.from(writer.view()).toString('hex');
};

describe('messages are byte for byte what protobuf makes', () => {
  it('Directory, with a flag, an empty digest size and a name beyond ASCII', () => {
    const directory = {
      files: [
        { name: 'a.txt', digest: { hash: A, size: 1 }, executable: false },
        { name: 'run', digest: { hash: E, size: 0 }, executable: true },
      ],
      directories: [{ name: 'sub', digest: { hash: A, size: 300 } }],
      symlinks: [{ name: 'ü', target: 'a.txt' }],
    };
    const bytes = written((w) => writeDirectory(w, directory));
    expect(bytes).toBe(
      `0a4d0a05612e7478741244${DIGEST_A1}0a4b0a0372756e1242${DIGEST_E}2001` +
        `124c0a037375621245${DIGEST_A1.slice(0, -2)}ac021a0b0a02c3bc1205612e747874`,
    );
    expect(readDirectory(Buffer.from(bytes, 'hex'))).toEqual(directory);
  });

  it('Command, with an empty word and one longer than 127 bytes', () => {
    const bytes = written((w) =>
      writeCommand(w, {
        arguments: ['sh', '', 'x'.repeat(200)],
        environment: [
          ['A', '1'],
          ['B', ''],
        ],
        outputFiles: ['o/f'],
        outputDirectories: ['o/d'],
        outputPaths: ['o/d', 'o/f'],
      }),
    );
    expect(bytes).toBe(
      `0a0273680a000ac801${'78'.repeat(200)}12060a014112013112030a01421a036f2f6622036f2f643a036f2f643a036f2f66`,
    );
  });

  it('Action, with every field', () => {
    const bytes = written((w) =>
      writeAction(w, {
        command: { hash: A, size: 20000 },
        inputRoot: { hash: E, size: 0 },
        timeoutMs: 61_500,
        doNotCache: true,
        salt: '{"k":1}',
        platform: [['OS', 'linux']],
      }),
    );
    expect(bytes).toBe(
      `0a460a40${hex(A)}10a09c011242${DIGEST_E}3208083d1080cab5ee0138014a077b226b223a317d520d0a0b0a024f5312056c696e7578`,
    );
  });

  it('Action, with nothing but digests', () => {
    const command = { hash: E, size: 0 };
    const bytes = written((w) =>
      writeAction(w, { command, inputRoot: command, doNotCache: false, platform: [] }),
    );
    expect(bytes).toBe(`0a42${DIGEST_E}1242${DIGEST_E}`);
  });

  const result: ActionResult = {
    outputs: [
      {
        kind: 'tree',
        path: 'o/d',
        rootDigest: { hash: A, size: 70_000 },
        treeDigest: { hash: E, size: 0 },
        content: { files: [], links: [], emptyDirs: [] },
      },
      { kind: 'file', path: 'o/f', digest: { hash: A, size: 1 }, executable: true },
    ],
    stdout: { hash: A, size: 1 },
    stderr: { hash: E, size: 0 },
    isolation: 2,
    wallMs: 1234,
  };
  const golden =
    `124d0a036f2f661244${DIGEST_A1}20011a91010a036f2f641a42${DIGEST_E}2a460a40${hex(A)}10f0a204` +
    `3244${DIGEST_A1}4242${DIGEST_E}4a385a2d0a27${hex('type.googleapis.com/recomp.v1.Isolation')}12020802` +
    '6207080110809dca6f';

  it('ActionResult, with every field', () => {
    expect(Buffer.from(encodeActionResult(result)).toString('hex')).toBe(golden);
    expect(decodeActionResult(Buffer.from(golden, 'hex'))).toEqual({
      files: [{ kind: 'file', path: 'o/f', digest: { hash: A, size: 1 }, executable: true }],
      trees: [{ path: 'o/d', treeDigest: { hash: E, size: 0 } }],
      stdout: { hash: A, size: 1 },
      stderr: { hash: E, size: 0 },
      isolation: 2,
      wallMs: 1234,
    });
  });

  it.each([
    ['an exit code other than 0', '2001'],
    ['a negative exit code', '20ffffffffffffffffff01'],
    ['an output symlink', '62050a01611200'],
    ['a path that climbs', `124b0a022e2e1245${DIGEST_A1.slice(0, -2)}ac02`],
    ['an absolute path', `124b0a022f611245${DIGEST_A1.slice(0, -2)}ac02`],
    ['a file without a digest', '12050a036f2f66'],
    ['a digest that is no SHA-256', '12090a036f2f6612020a00'],
    ['one path twice', `124b0a036f2f661244${DIGEST_A1}124b0a036f2f661244${DIGEST_A1}`],
  ])('refuses a result with %s', (_, bytes) => {
    expect(decodeActionResult(Buffer.from(bytes, 'hex'))).toBeUndefined();
  });

  it('refuses every truncation and survives every flipped byte', () => {
    const whole = Buffer.from(golden, 'hex');
    const ends: number[] = [];
    for (let length = 0; length < whole.length; length++) {
      if (decodeActionResult(whole.subarray(0, length)) !== undefined) ends.push(length);
    }
    // Only a cut between two fields leaves a message.
    expect(ends).toEqual([0, 79, 227, 297, 365]);
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x55;
      expect(() => decodeActionResult(flipped)).not.toThrow();
    }
  });
});
