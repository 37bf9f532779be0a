import { closeSync, openSync, readSync } from 'node:fs';
import type { InputFormat } from '../../automation/provenance-shape.ts';

const HEAD_BYTES = 0x400;

/** Where a format has its mark. What is encrypted has none. */
const MARKS: Readonly<Partial<Record<InputFormat, readonly [at: number, mark: string]>>> = {
  nro0: [0x10, 'NRO0'],
  nso0: [0, 'NSO0'],
  nrr0: [0, 'NRR0'],
  npdm: [0, 'META'],
  exefs: [0, 'PFS0'],
  xci: [0x100, 'HEAD'],
  video_mp4: [4, 'ftyp'],
  elf: [0, '\u007fELF'],
};

/** Why a file cannot be of the format that its provenance says; undefined: it may well be. */
export function formatFault(path: string, format: InputFormat): string | undefined {
  const head = readHead(path);
  const mark = MARKS[format];
  if (mark !== undefined) {
    const [at, text] = mark;
    const found = head.subarray(at, at + text.length).toString('latin1');
    return found === text
      ? undefined
      : `no ${format}: it has no "${text.replace('\u007f', '')}" at byte ${at}`;
  }
  const text = head.toString('utf8').trimStart();
  if (format === 'lifted_json' && !/^[[{]/.test(text)) return 'no lifted_json: it does not begin as JSON';
  if (format === 'keyset' && !/^\s*[\w.]+\s*[=:]\s*[0-9A-Fa-f]+/m.test(text))
    return 'no keyset: it has no "name = hex"';
  return undefined;
}

function readHead(path: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  const fd = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}
