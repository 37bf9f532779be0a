import type { Rule, RulePackage } from '../rule-api/rule.ts';
import { expandBatch } from './expand-batch.ts';
import type { Expander } from './expander.ts';
import { registerRules, ruleInfos } from './rule-registry.ts';

export interface InProcessOptions {
  readonly rules: readonly Rule[];
  /** The folder that built-in rules bring files from. */
  readonly root: string;
  readonly debug?: boolean;
}

/** For a workspace that uses no rule packages: no thread to start. */
export function inProcessExpander({ rules, root, debug = false }: InProcessOptions): Expander {
  const builtIn: RulePackage = { name: 'recomp', root };
  const { rules: registry, diagnostics } = registerRules([{ ...builtIn, at: [], rules }]);
  return {
    describe: async () => ({ rules: ruleInfos(registry), diagnostics, files: [], identity: {} }),
    expand: async (targets, already, tools) => expandBatch(registry, targets, already, { debug, tools }),
    close: async () => {},
  };
}
