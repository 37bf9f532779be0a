import { existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkspace } from './workspace.ts';

const COREUTILS = ['cat', 'cp', 'env', 'ls', 'mkdir', 'mv', 'rm', 'sort'];
/** What a sandbox is made with. */
const SANDBOX = ['bwrap', 'unshare'];

/** Variables of a machine that has node, a shell, coreutils and a sandbox, and no compiler. */
export function withoutCompiler(ws: TestWorkspace): { readonly PATH: string } {
  const bin = join(ws.root, '..', 'bare-bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    symlinkSync(realpathSync(process.execPath), join(bin, 'node'));
    for (const name of ['sh', ...COREUTILS, ...SANDBOX]) {
      const there = ['/usr/bin', '/bin']
        .map((folder) => `${folder}/${name}`)
        .find((file) => existsSync(file));
      if (there !== undefined) symlinkSync(there, join(bin, name));
    }
  }
  return { PATH: bin };
}
