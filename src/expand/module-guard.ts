import { isBuiltin } from 'node:module';

/** Builtin modules that compute and nothing more. */
const PURE = new Set([
  'path',
  'path/posix',
  'url',
  'util',
  'util/types',
  'assert',
  'assert/strict',
  'buffer',
  'string_decoder',
  'querystring',
  'punycode',
  'events',
]);
/** What a rule package may call our rule API. */
const RULE_API = new Set(['recomp/rules', '@recomp-build/recomp/rules']);
const OWN = /^(?:recomp|@recomp-build\/recomp)(?:\/|$)/;
/** A specifier of ours: a package of `[rules] use`, resolved from the workspace. */
export const USE_SCHEME = 'recomp-use:';

export interface ResolveContext {
  readonly parentURL?: string | undefined;
}
export interface Resolved {
  readonly url: string;
  readonly format?: string | null | undefined;
}

/** What became of an import: for the lists of files that were read. */
export type ImportRecord = { readonly from: string; readonly url: string };

export interface GuardOptions {
  readonly workspaceUrl: string;
  readonly rulesUrl: string;
  record(edge: ImportRecord): void;
}

/** Marks what it throws, so that nobody takes it for a fault of the loader. */
const refuse = (message: string): Error => new Error(message);

/** What module hooks do, be they in the same thread or in one of their own. Code that no rule package imported passes. */
export function moduleGuard({ workspaceUrl, rulesUrl, record }: GuardOptions) {
  const watched = new Set<string>();

  /** Decides before Node resolves: an answer, or how to ask Node, or (undefined) that it is none of our business. */
  const before = (
    specifier: string,
    parent: string | undefined,
  ): { url: string } | { ask: string; parent: string } | undefined => {
    if (specifier.startsWith(USE_SCHEME))
      return { ask: specifier.slice(USE_SCHEME.length), parent: workspaceUrl };
    if (parent === undefined || !watched.has(parent)) return undefined;
    if (RULE_API.has(specifier)) return { url: rulesUrl };
    if (OWN.test(specifier))
      throw refuse(
        `${specifier} is imported by ${parent}: rule packages import recomp/rules and nothing else of recomp`,
      );
    if (isBuiltin(specifier)) {
      if (PURE.has(specifier.replace(/^node:/, ''))) return undefined;
      throw refuse(
        `${specifier} is imported by ${parent}: rules declare actions and reach no files, processes or network`,
      );
    }
    return { ask: specifier, parent };
  };
  const after = (specifier: string, parent: string | undefined, resolved: Resolved): void => {
    if (resolved.url.startsWith('node:')) return;
    if (!resolved.url.startsWith('file:') && !resolved.url.startsWith('data:')) {
      throw refuse(`${specifier} is imported by ${parent ?? 'recomp'}: only files can be`);
    }
    watched.add(resolved.url);
    record({ from: specifier.startsWith(USE_SCHEME) ? specifier : (parent ?? ''), url: resolved.url });
  };
  const checkFormat = (url: string, format: string | null | undefined): void => {
    if (!watched.has(url) || format === 'module' || format === 'json') return;
    throw refuse(
      `${url} is ${format === 'commonjs' ? 'CommonJS' : `of the kind ${format ?? 'unknown'}`}: rule packages are ES modules (.mjs, or "type": "module")`,
    );
  };
  return { before, after, checkFormat };
}
