/** `recomp/rules`: all that a rule package sees of recomp. The built-in rules see no more. */
export { z } from 'zod';
export type { ActionSpec, ProvideSpec, TemplateSpec } from './action-spec.ts';
export { attr } from './attributes.ts';
export type { Attributes, Dep, RuleContext, Shape } from './context.ts';
export { defineRule, type RuleSpec } from './define-rule.ts';
export type {
  FileGroup,
  FileHandle,
  HostTool,
  InlineFile,
  InputFile,
  OutputFile,
  PackageFile,
  PrefixedFiles,
  Word,
} from './handles.ts';
export type { Rule } from './rule.ts';
