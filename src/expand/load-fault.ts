import { fileURLToPath } from 'node:url';
import type { PackageDiagnostic } from './expander.ts';
import { isPathSpec } from './package-root.ts';
import type { PackageUse } from './worker-protocol.ts';

/** Finds the line of a syntax error, which Node does not tell of modules; gives text such as `/a/b.mjs:3`. */
export type SyntaxCheck = (file: string) => string | undefined;

/** What an import threw, in words. `loaded` are the modules it had read, newest last. */
export function loadFault(
  use: PackageUse,
  error: unknown,
  loaded: readonly string[],
  check: SyntaxCheck,
  debug: boolean,
): PackageDiagnostic {
  const message = error instanceof Error ? error.message : String(error);
  const stack = debug && error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  const fault = (code: string, text: string, help?: string): PackageDiagnostic => ({
    ...use,
    code,
    message: `${use.spec}: ${plainPaths(text)}${stack}`,
    ...(help !== undefined && { help }),
  });
  if (isRefusal(message)) return fault('rule-package-import', message);
  if (error instanceof SyntaxError)
    return fault('rule-package-syntax', `${message}${syntaxPlace(error, loaded, check)}`);
  if (codeOf(error) === 'ERR_MODULE_NOT_FOUND' && !isPathSpec(use.spec) && !use.spec.startsWith('@')) {
    return fault(
      'rule-package-missing',
      message,
      `install it, or write ./${use.spec} if it is a file of the workspace`,
    );
  }
  if (codeOf(error) === 'ERR_MODULE_NOT_FOUND') return fault('rule-package-missing', message);
  return fault('rule-package-fault', `${message}${placeInStack(error, loaded)}`);
}

const isRefusal = (message: string): boolean =>
  / is imported by |: rule packages are ES modules/.test(message);

function syntaxPlace(error: SyntaxError, loaded: readonly string[], check: SyntaxCheck): string {
  const told = /^(file:\/\/[^\n]*?|\/[^\n]*?):(\d+)\n/.exec(error.stack ?? '');
  if (told !== null) return `, at ${told[1]}:${told[2]}`;
  for (const url of loaded.toReversed()) {
    const place = url.startsWith('file:') ? check(fileURLToPath(url)) : undefined;
    if (place !== undefined) return `, at ${place}`;
  }
  return '';
}

/** The topmost frame in a file of the package's: what it called wrongly is not where the mistake is. */
function placeInStack(error: unknown, loaded: readonly string[]): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = stack.match(/file:\/\/[^\s)]+:\d+(?=:\d+)/g) ?? [];
  const own = frames.find((frame) => loaded.includes(frame.replace(/:\d+$/, '')));
  const frame = own ?? frames[0];
  return frame === undefined ? '' : `, at ${frame}`;
}

const plainPaths = (text: string): string =>
  text.replace(/file:\/\/\/[^\s:'"]+/g, (url) => fileURLToPath(url));

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
