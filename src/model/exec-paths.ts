/** Where things lie below the execution root; sources lie at their workspace path. */
export const OUTPUT_DIR = 'recomp-out';
/** Small files that a rule writes for its own actions; never in the workspace. */
export const PARAMS_DIR = 'recomp-out/.params';
/** Files of rule packages: `recomp-tools/<package>/<path in it>`. */
export const RULE_TOOLS_DIR = 'recomp-tools';
