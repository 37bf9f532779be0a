/**
 * What the rig's commands do, twice: as a shell script for real builds, and as a pure function for the oracle and for builds
 * without processes. The script's first line names the operation.
 */
export interface PlainFile {
  readonly content: string;
  readonly executable: boolean;
}

/** A directory's files by path; its folders and links follow from the operation. */
export type PlainTree = ReadonlyMap<string, PlainFile>;

export const OPS = ['cat', 'strip', 'heads', 'modes', 'split'] as const;
export type Op = (typeof OPS)[number];

export const isTreeOp = (op: Op): boolean => op === 'split';

/** What `split` leaves beside its files. */
export const EMPTY_DIR = 'empty';
export const LINK = { path: 'link', target: 'empty' } as const;

/** All input files, folders opened, each folder's files in path order. */
const FILES = 'F=$(for p in $SRCS $DEPS "$@"; do find $p -type f | LC_ALL=C sort; done)';
const FAIL = "if grep -q '^FAIL' /dev/null $F; then exit 1; fi";

const BODIES: Readonly<Record<Op, string>> = {
  cat: 'cat /dev/null $F > $O',
  strip: "cat /dev/null $F | sed '/^#/d' > $O",
  heads: 'for f in $F; do head -n 1 $f; done > $O',
  modes: 'for f in $F; do if [ -x $f ]; then echo x; else echo -; fi; done > $O; chmod +x $O',
  split: `mkdir -p $O/${EMPTY_DIR}; ln -s ${LINK.target} $O/${LINK.path}; for w in $(cat /dev/null $F | grep -v '^#'); do d=$O/$(echo $w | cut -c1); mkdir -p $d; echo "$S $w" > $d/$w.part; done`,
};

/** `output` in shell words. */
export function scriptOf(op: Op, salt: string, output = '$OUT'): string {
  const last = isTreeOp(op) ? '' : '; echo "=$S" >> $O';
  return `: ${op} ${salt}\nS=${salt}; O=${output}; ${FILES}; ${FAIL}; ${BODIES[op]}${last}`;
}

export function readScript(script: string): { op: Op; salt: string } {
  const found = /^: (\w+) (\w+)\n/.exec(script);
  const op = OPS.find((name) => name === found?.[1]);
  if (!op || !found?.[2]) throw new Error(`no operation in ${JSON.stringify(script)}`);
  return { op, salt: found[2] };
}

export type OpResult = { readonly file: PlainFile } | { readonly tree: PlainTree } | 'fails';

export function perform(op: Op, salt: string, files: readonly PlainFile[]): OpResult {
  const lines = files.flatMap((f) => f.content.split('\n').slice(0, -1));
  if (lines.some((line) => line.startsWith('FAIL'))) return 'fails';
  const text = (picked: readonly string[]): OpResult => ({
    file: {
      content: [...picked, `=${salt}`].map((line) => `${line}\n`).join(''),
      executable: op === 'modes',
    },
  });
  switch (op) {
    case 'cat':
      return text(lines);
    case 'strip':
      return text(lines.filter((line) => !line.startsWith('#')));
    case 'heads':
      return text(files.flatMap((f) => f.content.split('\n').slice(0, -1).slice(0, 1)));
    case 'modes':
      return text(files.map((f) => (f.executable ? 'x' : '-')));
    case 'split': {
      const tree = new Map<string, PlainFile>();
      for (const line of lines) {
        if (line.startsWith('#')) continue;
        for (const word of line.split(' ').filter((w) => w !== '')) {
          tree.set(`${word[0]}/${word}.part`, { content: `${salt} ${word}\n`, executable: false });
        }
      }
      return { tree };
    }
  }
}
