import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';
import { type Label, labelPackage, makeLabel } from '../model/label.ts';
import { EXTERNAL_DIR, hasControl, isSkippedFolder } from './safe-path.ts';

const MAX_LENGTH = 1024;
const SEGMENT = /^[A-Za-z0-9_.+=,@~-]+$/;
const DOTS = /^\.+$/;

/** `//a/b:c`; `//a/b` is `//a/b:b`; `:c` and `c` belong to the current package. The error is a sentence for people. */
export function parseLabel(text: string, currentPackage: string): Result<Label, string> {
  const fault = textFault(text);
  if (fault !== undefined) return err(fault);
  const split = splitLabel(text, currentPackage);
  if (!split.ok) return split;
  const { pkg, name } = split.value;
  const bad = packageNameFault(pkg) ?? targetNameFault(name);
  return bad === undefined ? ok(makeLabel(pkg, name)) : err(`${quote(text)} is no label: ${bad}`);
}

/** Names of targets: letters, digits, `_ - . + = , @ ~`, and `/` between such parts. */
export function targetNameFault(name: string): string | undefined {
  if (name === '') return 'the name after `:` is empty';
  if (name === 'all') return '`all` is taken: it stands for every target of a package';
  return segmentsFault(name, 'a target name');
}

/** Paths of packages, by the same letters; the root's is empty. */
export function packageNameFault(pkg: string): string | undefined {
  if (pkg === '') return undefined;
  const segments = pkg.split('/');
  const skipped = segments.find(isSkippedFolder);
  if (skipped !== undefined && !DOTS.test(skipped))
    return `${quote(skipped)} is never looked into for packages`;
  if (segments[0] === EXTERNAL_DIR) return `the folder ${EXTERNAL_DIR} is taken by recomp itself`;
  return segmentsFault(pkg, 'a package path');
}

/** Nearly all names there are; the rest are looked at part by part. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.+=,@~-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.+=,@~-]*)*$/;

function segmentsFault(text: string, what: string): string | undefined {
  if (text.length <= MAX_LENGTH && PLAIN.test(text)) return undefined;
  if (text.length > MAX_LENGTH) return `${what} is at most ${MAX_LENGTH} characters long`;
  if (text.startsWith('-')) return `${what} must not start with \`-\``;
  for (const segment of text.split('/')) {
    if (segment === '') return `${what} must not start or end with \`/\`, nor have two in a row`;
    if (DOTS.test(segment)) return `${what} must not hold ${quote(segment)}`;
    if (!SEGMENT.test(segment))
      return `${what} is made of letters, digits, \`_-.+=,@~\` and \`/\` between them`;
  }
  return undefined;
}

export type Pattern = { readonly negative: boolean } & (
  | { readonly kind: 'target'; readonly label: Label }
  /** `//a:all` */
  | { readonly kind: 'package'; readonly pkg: string }
  /** `//a/...` */
  | { readonly kind: 'below'; readonly pkg: string }
);

/** A label, or `//...`, `//a/...`, `//a:all`, `...`, `b/...`, `:all`; after a `-`, what to leave out. */
export function parsePattern(text: string, currentPackage: string): Result<Pattern, string> {
  const negative = text.startsWith('-');
  const positive = negative ? text.slice(1) : text;
  const fault = textFault(positive);
  if (fault !== undefined) return err(fault);
  const below = folderBefore(positive, '...', currentPackage);
  if (below !== undefined) return inPackage(text, { negative, kind: 'below', pkg: below });
  if (positive.endsWith(':all')) {
    const pkg = positive === ':all' ? currentPackage : packagePart(positive.slice(0, -4));
    if (pkg === undefined) return err(`${quote(text)} is no pattern: a package is written //like/this:all`);
    return inPackage(text, { negative, kind: 'package', pkg });
  }
  const label = parseLabel(positive, currentPackage);
  return label.ok ? ok({ negative, kind: 'target', label: label.value }) : label;
}

/** Whether the label is one of those the pattern speaks of, to take or to leave out. */
export function matchesPattern(pattern: Pattern, label: Label): boolean {
  if (pattern.kind === 'target') return pattern.label === label;
  const pkg = labelPackage(label);
  if (pkg === pattern.pkg) return true;
  return pattern.kind === 'below' && (pattern.pkg === '' || pkg.startsWith(`${pattern.pkg}/`));
}

/** The last pattern that speaks of a label decides. */
export function selects(patterns: readonly Pattern[], label: Label): boolean {
  let selected = false;
  for (const pattern of patterns) if (matchesPattern(pattern, label)) selected = !pattern.negative;
  return selected;
}

function inPackage(text: string, pattern: Pattern & { readonly pkg: string }): Result<Pattern, string> {
  const bad = packageNameFault(pattern.pkg);
  return bad === undefined ? ok(pattern) : err(`${quote(text)} is no pattern: ${bad}`);
}

function folderBefore(text: string, tail: string, currentPackage: string): string | undefined {
  if (text === `//${tail}`) return '';
  if (text === tail) return currentPackage;
  if (!text.endsWith(`/${tail}`)) return undefined;
  const folder = text.slice(0, -tail.length - 1);
  if (folder.startsWith('//')) return folder.slice(2);
  return currentPackage === '' ? folder : `${currentPackage}/${folder}`;
}

const packagePart = (text: string): string | undefined => (text.startsWith('//') ? text.slice(2) : undefined);

function splitLabel(text: string, currentPackage: string): Result<{ pkg: string; name: string }, string> {
  const colon = text.indexOf(':');
  if (!text.startsWith('//')) {
    if (text.startsWith('/'))
      return err(`${quote(text)} is no label: one from the root starts with two slashes, //`);
    if (colon > 0)
      return err(`${quote(text)} is no label: write ${quote(`//${text}`)}, or ":${text.slice(colon + 1)}"`);
    return ok({ pkg: currentPackage, name: text.slice(colon + 1) });
  }
  if (colon >= 0) return ok({ pkg: text.slice(2, colon), name: text.slice(colon + 1) });
  const pkg = text.slice(2);
  if (pkg === '')
    return err('"//" names no target: write "//:name" for one of the root package, "//..." for all');
  return ok({ pkg, name: pkg.slice(pkg.lastIndexOf('/') + 1) });
}

function textFault(text: string): string | undefined {
  if (text === '') return 'a label must not be empty';
  if (text.length > MAX_LENGTH) return `a label is at most ${MAX_LENGTH} characters long`;
  if (hasControl(text)) return 'a label must not hold control characters';
  if (text.includes('\\')) return `${quote(text)} is no label: write / where it has a backslash`;
  return undefined;
}

const quote = (text: string): string => JSON.stringify(text);
