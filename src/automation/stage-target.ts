import type { Json } from '../base/canonical-json.ts';
import { makeLabel } from '../model/label.ts';
import type { KeyPath, Taint, TargetDecl } from '../model/target.ts';
import type { PathKind } from '../ports/file-reader.ts';
import type { Report } from '../workspace/shape.ts';
import type { AutomationConfig } from './automation-shape.ts';
import type { CaptureVideo, ReferenceVideo } from './reference-shape.ts';
import type { ToolCollector } from './tool-collector.ts';

export const STAGES = ['intake', 'analysis', 'lift', 'build', 'capture', 'validate', 'archive'] as const;
export type Stage = (typeof STAGES)[number];

/** All that the expansion of one `automation.toml` goes by. */
export interface StageContext {
  /** The workspace’s, absolute. */
  readonly root: string;
  readonly pkg: string;
  readonly file: string;
  readonly config: AutomationConfig;
  readonly reference: ReferenceVideo | undefined;
  readonly captureVideo: CaptureVideo | undefined;
  readonly taint: Taint | undefined;
  readonly tools: ToolCollector;
  readonly report: Report;
  /** What a workspace-relative path is. */
  readonly kind: (path: string) => PathKind;
}

/** An attribute, and the place in the file that it comes from. */
export interface Value {
  readonly value: Json;
  readonly at: KeyPath;
}

export type Values = Readonly<Record<string, Value | undefined>>;

export function stageTarget(
  ctx: StageContext,
  name: Stage | 'trace',
  rule: string,
  at: KeyPath,
  values: Values,
): TargetDecl {
  const attributes: Record<string, Json> = {};
  const places: Record<string, KeyPath> = {};
  for (const [key, given] of Object.entries(values)) {
    if (given === undefined) continue;
    attributes[key] = given.value;
    places[key] = given.at;
  }
  const label = makeLabel(ctx.pkg, name);
  const taint = ctx.taint && { taint: ctx.taint };
  return { label, rule, file: ctx.file, at, attributes, places, ...taint };
}

/** A value of the expansion itself; a fault in it shows at the stage. */
export const fixed = (value: Json, at: KeyPath): Value => ({ value, at });

export function missing(ctx: StageContext, at: KeyPath, message: string, help: string): undefined {
  ctx.report({ code: 'missing-key', at, part: 'key', message, help });
  return undefined;
}
