import { attr, z } from '../../src/rule-api/index.ts';

/** Variables that the shell form sets itself. */
export const SHELL_VARIABLES = ['SRCS', 'DEPS', 'OUTS', 'OUT', 'SRCS_FILE', 'DEPS_FILE'] as const;

/** What rules that run one process of the user's have in common. */
export const processAttributes = {
  srcs: attr.sources().describe('Files and globs that the process reads.'),
  deps: attr.labels().describe('Targets whose outputs the process reads, in this order.'),
  shell: attr
    .text()
    .min(1)
    .optional()
    .describe(
      'A script for /bin/sh -c. It finds $SRCS, $DEPS, $OUTS and $OUT, and $SRCS_FILE and $DEPS_FILE for long lists.',
    ),
  argv: z
    .array(attr.text())
    .min(1)
    .optional()
    .describe(
      'A command line without a shell; $(srcs), $(deps), $(out), $(outs), $(srcs_file), $(deps_file) and $$ stand for something.',
    ),
  env: attr.env(SHELL_VARIABLES).optional().describe('Variables for the process; it has no others of yours.'),
  tools: attr.tools().describe('Tools of [tools] in recomp.toml that the process may start.'),
  network: z
    .boolean()
    .default(false)
    .describe('May reach the network: never cached, unless the digest of every output is given.'),
  local: attr
    .text()
    .min(1)
    .optional()
    .describe(
      'Why it cannot be shut in ("needs the display"): it runs in your session, on this machine alone, and is never cached.',
    ),
  platform: attr
    .platform()
    .optional()
    .describe('Remote Execution platform properties, for a remote executor.'),
};
