/** recomp as a library. Rule packages import `@recomp-build/recomp/rules` instead. */
export type { Diagnostic, Span } from './base/diagnostic.ts';
export { RECOMP_VERSION as version } from './base/version.ts';
export { type BuildResult, build } from './cli/library/build.ts';
export { type BuildOptions, NoWorkspaceError } from './cli/library/build-options.ts';
export {
  type LoadedTarget,
  type LoadedWorkspace,
  type LoadOptions,
  loadWorkspace,
} from './cli/library/load-workspace.ts';
export { type Watching, type WatchOptions, watch } from './cli/library/watch.ts';
export type { ActionRecord, Totals } from './model/record.ts';
export type { WatchEvent } from './report/watch-event.ts';
