import type { Rule } from '../src/rule-api/index.ts';
import { alias } from './alias/rule.ts';
import { analysis } from './analysis/rule.ts';
import { archive } from './archive/rule.ts';
import { capture } from './capture/rule.ts';
import { command } from './command/rule.ts';
import { externalBuild } from './external-build/rule.ts';
import { externalCapture } from './external-capture/rule.ts';
import { externalLift } from './external-lift/rule.ts';
import { filegroup } from './filegroup/rule.ts';
import { homebrewIntake } from './homebrew-intake/rule.ts';
import { homebrewLift } from './homebrew-lift/rule.ts';
import { liftedIntake } from './lifted-intake/rule.ts';
import { recompiledBinary } from './recompiled-binary/rule.ts';
import { runtimeTrace } from './runtime-trace/rule.ts';
import { test } from './test/rule.ts';
import { validate } from './validate/rule.ts';
import { xciIntake } from './xci-intake/rule.ts';

/** What every workspace has without asking. */
export const builtInRules: readonly Rule[] = [
  alias,
  command,
  filegroup,
  test,
  homebrewIntake,
  homebrewLift,
  recompiledBinary,
  capture,
  validate,
  analysis,
  runtimeTrace,
  archive,
  xciIntake,
  liftedIntake,
  externalLift,
  externalBuild,
  externalCapture,
];
