/**
 * What every action finds, wherever it runs: fixed paths, so that nothing of the machine gets into its outputs,
 * and the environment that the key and the sandbox must agree on.
 */
/** The working folder: inputs and outputs lie below it. */
export const EXEC_ROOT = '/recomp/work';
/** Declared tools, each under its declared name. */
export const TOOLS_DIR = '/recomp/bin';
export const HOME_DIR = '/recomp/home';
export const TEMP_DIR = '/recomp/tmp';

/** Set for every action; an action's `env` cannot change them, because the sandbox depends on them. */
export const RESERVED_ENV: Readonly<Record<string, string>> = {
  HOME: HOME_DIR,
  PATH: `${TOOLS_DIR}:/usr/bin:/bin`,
  TMPDIR: TEMP_DIR,
};

/** Set unless an action declares otherwise. */
export const DEFAULT_ENV: Readonly<Record<string, string>> = { LANG: 'C.UTF-8', TZ: 'UTC' };

/** The environment of an action that declares nothing. */
export const FIXED_ENV: Readonly<Record<string, string>> = { ...DEFAULT_ENV, ...RESERVED_ENV };

/** The whole environment of an action that declares `declared`: what its key holds and its process sees. */
export const actionEnvironment = (declared: Readonly<Record<string, string>>): Record<string, string> => ({
  ...DEFAULT_ENV,
  ...declared,
  ...RESERVED_ENV,
});
