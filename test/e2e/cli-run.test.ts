import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { createWorkspace } from '../support/workspace.ts';

const script = (name: string): string => `
[[target]]
name = "${name}"
rule = "command"
srcs = ["${name}.sh"]
outs = ["${name}"]
shell = "cp $SRCS $OUT; chmod +x $OUT"
`;

const FILES = {
  'recomp.toml': '[workspace]\nname = "w"\n',
  'p/tool.sh': '#!/bin/sh\necho "$(pwd)|$#|$1|$2|$MARK"\ncat\nexit 7\n',
  'p/sleeper.sh': '#!/bin/sh\ntrap "echo got TERM; exit 9" TERM\necho ready\nwhile :; do sleep 0.02; done\n',
  'p/killed.sh': '#!/bin/sh\nkill -KILL $$\n',
  'p/odd.sh': '#!/no/such/interpreter\n',
  'p/BUILD.toml': `${['tool', 'sleeper', 'killed', 'odd'].map((name) => script(name)).join('')}
[[target]]
name = "text"
rule = "command"
outs = ["text.txt"]
shell = "echo hi > $OUT"

[[target]]
name = "second"
rule = "command"
outs = ["notes.txt", "prog"]
executable = "prog"
shell = "for f in $OUTS; do printf '#!/bin/sh\\\\necho second\\\\n' > $f; chmod +x $f; done"

[[target]]
name = "sources"
rule = "filegroup"
srcs = ["tool.sh"]

[[target]]
name = "again"
rule = "alias"
actual = ":tool"

[[target]]
name = "fails"
rule = "command"
outs = ["never"]
shell = "exit 5"
`,
};

describe('recomp run', () => {
  it('starts what was built: its words, folder, environment, input and exit code are the caller’s', () => {
    const ws = createWorkspace(FILES);
    const options = { cwd: 'p', env: { MARK: 'here' }, input: 'from stdin\n' };
    const { code, stdout, stderr } = ws.run(['run', ':tool', '--', 'a b', '--help'], options);
    expect({ code, stdout }).toEqual({ code: 7, stdout: `${ws.root}/p|2|a b|--help|here\nfrom stdin\n` });
    expect(stderr).toContain('1 executed');
    expect(ws.run(['run', '//p:again'], { env: { MARK: 'alias' } })).toMatchObject({
      code: 7,
      stdout: `${ws.root}|0|||alias\n`,
    });
  });

  it('starts the output that the target names', () => {
    expect(createWorkspace(FILES).run(['run', '//p:second'])).toMatchObject({ code: 0, stdout: 'second\n' });
  });

  it('answers at once, and the same, when nothing has changed', () => {
    const ws = createWorkspace(FILES);
    ws.run(['run', '//p:tool']);
    ws.run(['run', '//p:tool']);
    const third = ws.run(['run', '//p:tool']);
    expect(third).toMatchObject({ code: 7, stderr: expect.stringContaining('1 action up to date') });
  });

  it('says when there is no program', () => {
    const ws = createWorkspace(FILES);
    const text = ws.run(['run', '//p:text']);
    expect({ code: text.code, stdout: text.stdout }).toEqual({ code: 2, stdout: '' });
    expect(text.stderr).toContain(
      '//p:text made recomp-out/p/text.txt, which is no program: it is not executable',
    );
    const group = ws.run(['run', '//p:sources']);
    expect(group.code).toBe(2);
    expect(group.stderr).toContain('//p:sources (rule filegroup) makes no program');
  });

  it('starts nothing when the build fails', () => {
    expect(createWorkspace(FILES).run(['run', '//p:fails'])).toMatchObject({ code: 1, stdout: '' });
    const unknown = createWorkspace(FILES).run(['run', '//p:tolo']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('no target "tolo"');
  });

  it('gives 128 + the signal that ended the program', () => {
    expect(createWorkspace(FILES).run(['run', '//p:killed']).code).toBe(128 + 9);
  });

  it('passes a signal on and waits for the program’s own end', async () => {
    const ws = createWorkspace(FILES);
    const child = spawn(process.execPath, [inject('recompBin'), 'run', '//p:sleeper'], {
      cwd: ws.root,
      env: ws.environment(),
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said === 'ready\n') child.kill('SIGTERM');
    });
    const [code] = await once(child, 'close');
    expect({ code, said }).toEqual({ code: 9, said: 'ready\ngot TERM\n' });
  });

  it('says so when the system cannot start it', () => {
    const ws = createWorkspace(FILES);
    const { code, stderr } = ws.run(['run', '//p:odd']);
    expect(code).toBe(126);
    expect(stderr).toContain(
      `${join(ws.root, 'recomp-out/p/odd')} cannot be started: what its first line (#!…) names`,
    );
  });
});
