import { compareCodePoints } from '../base/order.ts';
import type { Label } from '../model/label.ts';
import type { ActionRecord } from '../model/record.ts';
import { logPath } from './log-paths.ts';
import { inPathOrder, outputText, statusOf } from './step-text.ts';

/**
 * What became of a stage, for people and for whoever audits it: each action with its key, what it made by content, and where that
 * which it printed is. Nothing in it says how a result was had, so that it is the same for the same work; nothing in it is content.
 */
export function stageLog(label: Label, records: readonly ActionRecord[]): string {
  const ordered = [...records].sort((a, b) => compareCodePoints(a.id, b.id));
  return `${[`${label}: ${statusOf(records)}`, ...ordered.flatMap(actionLines)].join('\n')}\n`;
}

function actionLines({ id, status, failure, key, outputs, stdout, stderr }: ActionRecord): string[] {
  const why = failure === undefined ? '' : ` (${failure.kind})`;
  return [
    `${id.slice(id.indexOf('%') + 1)}: ${status}${why}`,
    ...(key === undefined ? [] : [`  key ${key}`]),
    ...inPathOrder(outputs)
      .map(outputText)
      .map(({ path, sha256, size }) => `  made ${path} artifact://sha256:${sha256} ${size} bytes`),
    ...(stdout === undefined ? [] : [`  printed ${logPath(id, 'stdout')}`]),
    ...(stderr === undefined ? [] : [`  printed ${logPath(id, 'stderr')}`]),
  ];
}
