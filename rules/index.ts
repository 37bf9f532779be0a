import type { Rule } from '../src/rule-api/index.ts';
import { alias } from './alias/rule.ts';
import { command } from './command/rule.ts';
import { filegroup } from './filegroup/rule.ts';
import { test } from './test/rule.ts';

/** What every workspace has without asking. */
export const builtInRules: readonly Rule[] = [alias, command, filegroup, test];
