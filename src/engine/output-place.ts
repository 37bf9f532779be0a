import type { OutputResult } from '../model/result.ts';

/** Where an output lies: in the workspace, or, where its bytes must not enter it, below a folder of its own. */
export const outputBase = (root: string, home: string | undefined): string => {
  if (home === undefined) return root;
  return home.startsWith('/') ? home : `${root}/${home}`;
};

export const outputPlace = (root: string, { home, path }: Pick<OutputResult, 'home' | 'path'>): string =>
  `${outputBase(root, home)}/${path}`;

/** The same for tables that keep paths relative to the workspace where they can. */
export const outputName = ({ home, path }: Pick<OutputResult, 'home' | 'path'>): string =>
  home === undefined ? path : `${home}/${path}`;

export const homeOf = ({ home }: { readonly home?: string }): { readonly home?: string } =>
  home === undefined ? {} : { home };

/** What has become proprietary since it was made, or is so no longer, lies in the wrong place. */
export const liesAsDeclared = (
  { outputs }: { readonly outputs: readonly Pick<OutputResult, 'home'>[] },
  { home }: { readonly home?: string },
): boolean => outputs.every((output) => output.home === home);
