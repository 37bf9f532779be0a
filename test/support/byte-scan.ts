import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  brotliDecompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';

const WINDOW = 16;

/** The forms in which bytes may turn up; a run of twice the window of any of them is found. */
const FORMS: Readonly<Record<string, (bytes: Buffer) => readonly Buffer[]>> = {
  raw: (bytes) => [bytes],
  reversed: (bytes) => [Buffer.from(bytes).reverse()],
  hex: (bytes) => [Buffer.from(bytes.toString('hex'))],
  // A text of base64 depends on where its groups of three begin.
  base64: (bytes) => [0, 1, 2].map((skip) => Buffer.from(bytes.subarray(skip).toString('base64'))),
  gzip: (bytes) => [gzipSync(bytes).subarray(10), deflateSync(bytes).subarray(2)],
};

/** Finds bytes again, whatever of these has been done to them. */
export function byteScan(secret: Buffer) {
  const windows = new Map<string, string>();
  for (const [form, make] of Object.entries(FORMS))
    for (const bytes of make(secret))
      for (let at = 0; at + WINDOW <= bytes.length; at++)
        windows.set(bytes.toString('latin1', at, at + WINDOW), form);
  const formsIn = (bytes: Buffer, found: Set<string>): void => {
    for (let at = 0; at + WINDOW <= bytes.length; at += WINDOW) {
      const form = windows.get(bytes.toString('latin1', at, at + WINDOW));
      if (form !== undefined) found.add(form);
    }
  };
  /** The forms found in the files below a folder, and in what is packed in them. */
  const scan = (
    folder: string,
  ): { readonly forms: string[]; readonly files: string[]; readonly looked: number } => {
    const forms = new Set<string>();
    const files: string[] = [];
    let looked = 0;
    for (const path of filesBelow(folder)) {
      const bytes = whatIsIn(path);
      if (bytes === undefined) continue;
      looked++;
      const here = new Set<string>();
      for (const some of [bytes, ...unpacked(bytes)]) formsIn(some, here);
      if (here.size > 0) files.push(path);
      for (const form of here) forms.add(form);
    }
    return { forms: [...forms].sort(), files, looked };
  };
  return { scan, forms: Object.keys(FORMS).sort() };
}

/** What a file may be the packed form of. */
function unpacked(bytes: Buffer): Buffer[] {
  return [gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync].flatMap((open) => {
    try {
      return [open(bytes)];
    } catch {
      return [];
    }
  });
}

/** Others may be at work below the folder: what goes away while it is looked at holds nothing. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

const whatIsIn = (path: string): Buffer | undefined => unlessGone(() => readFileSync(path));

/** Folder by folder: one that goes away takes no other with it. */
function filesBelow(folder: string): string[] {
  const entries = unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
