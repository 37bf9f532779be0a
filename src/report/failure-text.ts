import type { ActionFailure } from '../model/failure.ts';

type ToolMissing = Extract<ActionFailure, { kind: 'tool-missing' }>;

/** What happened, and what to do next. */
export function describeFailure(failure: ActionFailure): { readonly what: string; readonly next?: string } {
  switch (failure.kind) {
    case 'exit':
      return describeExit(failure.exitCode);
    case 'signal':
      return {
        what: `ended by ${failure.signal}`,
        ...(failure.signal === 'SIGKILL'
          ? { next: 'the system may have run out of memory, or the action ended its own group (`kill 0`)' }
          : {}),
      };
    case 'timeout':
      return {
        what: `did not end within ${failure.limitMs / 1000} s`,
        next: 'raise `timeout`, or see with --keep-sandbox what it waits for',
      };
    case 'missing-output':
      return {
        what: `ended well, but did not make ${failure.paths.join(', ')}`,
        next: 'write to $OUT (or the paths in $OUTS), relative to the folder the action starts in',
      };
    case 'bad-output':
      return { what: `${failure.path} ${failure.problem}` };
    case 'pin-mismatch':
      return {
        what: `${failure.path} has sha256 ${failure.actual}, but ${failure.expected} is demanded`,
        next: 'if the new content is meant, write its digest into the target',
      };
    case 'not-deterministic':
      return {
        what: `two runs differ in ${failure.paths.join(', ')}`,
        next: 'look for times, random numbers, addresses or unsorted listings in what it writes',
      };
    case 'path-with-space':
      return {
        what: `$${failure.variable} lists paths between spaces, and ${JSON.stringify(failure.path)} has white space in it`,
        next: `read the list from $${failure.variable}_FILE, which has one path a line, or rename the file`,
      };
    case 'input-missing':
      return describeMissing(failure.path, failure.isThere === true);
    case 'input-changed':
      return {
        what: `${failure.path} was edited while the action ran, again and again`,
        next: 'build again when it has come to rest; nothing was stored',
      };
    case 'input-modified':
      return {
        what: `it changed what it may only read: ${failure.paths.join(', ')}`,
        next: 'the originals are untouched; let it write to a copy in $TMPDIR or to its outputs',
      };
    case 'tool-missing':
      return missingTool(failure);
    case 'sandbox':
      return {
        what: `the sandbox failed: ${failure.message}`,
        next: failure.help ?? '`recomp doctor` tells what this machine lacks',
      };
    case 'executor':
      return { what: failure.message, next: failure.help };
    case 'storage':
      return { what: failure.message };
    case 'cancelled':
      return { what: 'cancelled' };
  }
}

function describeMissing(path: string, isThere: boolean): { readonly what: string; readonly next: string } {
  if (isThere)
    return {
      what: `${path} is no file`,
      next: 'a folder from outside of the workspace is no input: name the files in it one by one, or copy it into the workspace',
    };
  const next = path.startsWith('/')
    ? 'it lies outside of the workspace: its path is wrong, or somebody has removed it'
    : 'it was deleted while the build ran, or what makes it failed';
  return { what: `${path} is not there`, next };
}

function describeExit(code: number): { readonly what: string; readonly next?: string } {
  const what = `exit code ${code}`;
  if (code === 126)
    return {
      what,
      next: 'a command could not be started: it may not be run, or the system does not take so long an argument or variable (128 KiB each, about 2 MiB in all): hand long ones over in a file',
    };
  if (code === 127)
    return {
      what,
      next: 'a command was not found: actions see the base system and the tools they name in `tools`, nothing else',
    };
  return { what };
}

function missingTool({ tool, command, problem }: ToolMissing): {
  readonly what: string;
  readonly next: string;
} {
  if (command === undefined) {
    return {
      what: `the tool "${tool}" is not declared`,
      next: `write into recomp.toml: [tools.${tool}] with a line command = "${tool}"`,
    };
  }
  const inConfig = `[tools.${tool}] of recomp.toml`;
  if (problem !== undefined)
    return { what: `the tool "${tool}" was not found: ${problem}`, next: `name a program in ${inConfig}` };
  if (command.includes('/'))
    return {
      what: `the tool "${tool}" was not found: there is no ${command}`,
      next: `name a program that is there in ${inConfig}`,
    };
  return {
    what: `the tool "${tool}" was not found: no \`${command}\` on PATH`,
    next: `${installHint(command)}, or name another command in ${inConfig}`,
  };
}

const installHint = (command: string): string =>
  /^(?:cc|gcc|clang)(?:-\d+)?$/.test(command)
    ? 'install a C compiler and the C library’s headers (Debian, Ubuntu: apt install gcc libc6-dev; `recomp doctor` tells what it is called elsewhere)'
    : 'install it';
