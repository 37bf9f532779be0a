import { err, ok, type Result } from '../../../src/base/result.ts';

/** The details of each case of a validation report that did not pass. */
export function failuresOf(report: string): Result<readonly string[], string> {
  let data: unknown;
  try {
    data = JSON.parse(report);
  } catch {
    return err('not JSON');
  }
  const cases = member(data, 'cases');
  if (!Array.isArray(cases)) return err('no list of cases');
  const failed = cases.filter((c) => member(c, 'status') !== 'passed');
  return ok(failed.map((c) => `${String(member(c, 'name'))}: ${String(member(c, 'details'))}`));
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
