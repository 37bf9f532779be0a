import type { ActionRecord } from '../model/record.ts';
import type { OutputResult } from '../model/result.ts';
import { type OutputText, outputText } from './step-text.ts';

export const isReport = ({ mnemonic }: ActionRecord, { kind, path }: OutputResult): boolean =>
  mnemonic === 'Validate' && kind === 'file' && path.endsWith('/validation-report.json');

export interface ValidationRecord extends OutputText {
  readonly name: string;
  readonly passed: boolean;
}

/** What a run that validates one thing found; of several, each has its step, and its artifact's role. */
export function validationReport(records: readonly ActionRecord[]): ValidationRecord | undefined {
  const found = records.flatMap((record) =>
    record.outputs.filter((output) => isReport(record, output)).map((output) => ({ record, output })),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) return undefined;
  const verdict = records.find((r) => r.mnemonic === 'Verdict' && r.target === only.record.target);
  const text = outputText(only.output);
  return { name: `artifact://sha256:${text.sha256}`, ...text, passed: verdict?.status === 'succeeded' };
}
