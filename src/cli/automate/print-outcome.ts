import { existsSync, readFileSync } from 'node:fs';
import { wholeRunManifest } from '../../model/schema/run-manifest.ts';
import { say } from '../print.ts';
import { runStates } from '../run-state/run-states.ts';
import type { Loop } from './find-loop.ts';
import { stageFile } from './stage-files.ts';

/** Where everything is; as JSON, what became of each stage too. */
export function printOutcome(
  loop: Loop,
  stateDir: string,
  runId: string,
  exitCode: number,
  json: boolean,
): void {
  const folder = `${stateDir}/runs/${runId}`;
  const report = stageFile(loop, 'validate', 'validation-report.json');
  const record = `${folder}/run-manifest.json`;
  // A run that was refused before anything was run has none.
  const manifest = existsSync(record)
    ? wholeRunManifest.parse(JSON.parse(readFileSync(record, 'utf8')))
    : undefined;
  // That of an earlier run may still lie there.
  const hasReport = manifest?.validation_report !== undefined && existsSync(report);
  if (!json) {
    say(`run ${runId}: ${folder}`);
    if (hasReport) say(`validation report: ${report}`);
    const blocking = manifest?.policy?.gates.flatMap(({ gate, verdict }) =>
      verdict === 'would_block' ? [gate] : [],
    );
    if (blocking?.length)
      say(`[policy] is recorded, and not enforced here: ${blocking.join(', ')} would have blocked this run`);
    return;
  }
  const outcome = {
    run_id: runId,
    state: runStates(stateDir).read(runId)?.state ?? 'failed',
    exit_code: exitCode,
    run_folder: folder,
    run_manifest: manifest ? record : null,
    validation_report: hasReport ? report : null,
    stages: manifest?.steps.map(({ name, status, cache_hit }) => ({ name, status, cache_hit })) ?? [],
    policy: manifest?.policy ?? null,
  };
  process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
}
