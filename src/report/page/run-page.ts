import { hasRun } from '../../model/record.ts';
import { bytes } from '../byte-count.ts';
import { actionName } from '../cause-text.ts';
import type { CriticalStep, RunRecord } from '../runs/read-run.ts';
import { busyRows, hitOrigins, largestOutputs, type RunRow } from '../runs/run-rows.ts';
import type { RunSummary } from '../runs/run-summary.ts';
import { countsText } from '../runs/runs-text.ts';
import { duration, plural } from '../terminal-text.ts';
import { text } from './escape.ts';
import { LogReader } from './page-logs.ts';
import { STYLE } from './style.ts';
import { timeline } from './timeline.ts';

/** Beyond this a table is no longer read; what is left out is counted. */
const MAX_ROWS = 2_000;

/** One run as one file that needs nothing else, and reaches for nothing. */
export function runPage(summary: RunSummary, run: RunRecord): string {
  const rows = busyRows(run);
  const logs = new LogReader(run.folder);
  const title = summary.request ?? `run ${run.id}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}: ${summary.state}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="verdict ${summary.state}">${STATES[summary.state]}</p>
<h1>${text(title)}</h1>
<p class="facts">${facts(summary, run)}</p>
${bar(run)}
</header>
<main>
${faults([...summary.faults, ...run.faults])}
${failures(rows, logs)}
${section('Time line', timeline(rows, run.criticalPath))}
${section('Actions, the slowest first', actions(rows, run, logs))}
${section('Critical path', critical(run.criticalPath, CRITICAL))}
${section('Critical path of what caches had', critical(run.savedPath, SAVED))}
${section('From caches', origins(rows))}
${section('Largest outputs', outputs(run))}
${section('Outputs of what was asked for', artifacts(run))}
${section('Tools and machine', machine(run))}
</main>
<footer><p>Run <code>${text(run.id)}</code>, written by recomp from the run’s record in <code>.recomp/runs</code>.</p></footer>
</body>
</html>
`;
}

const STATES: Readonly<Record<RunSummary['state'], string>> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  interrupted: 'Interrupted',
  running: 'Still running',
  unknown: 'How it ended is not known',
};

const section = (title: string, body: string): string =>
  body === '' ? '' : `<section><h2>${title}</h2>\n${body}\n</section>`;

function facts({ startedAt, durationMs }: RunSummary, run: RunRecord): string {
  const took = run.durationMs ?? durationMs;
  const when = startedAt ?? run.startedAt;
  const parts = [
    when === undefined ? '' : `<time>${text(when.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))}</time>`,
    took === undefined ? '' : `took ${duration(took)}`,
    `${plural(run.totals.total, 'action')}: ${countsText(run.totals)}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** What became of the actions, as shares of a bar. */
function bar({ totals }: RunRecord): string {
  if (totals.total === 0) return '';
  const parts: readonly (readonly [string, number, string])[] = [
    ['failed', totals.failed, 'failed'],
    ['ran', totals.executed, 'ran'],
    ['local', totals.local_hits, 'from the local cache'],
    ['remote', totals.remote_hits, 'from a remote cache'],
    ['same', totals.up_to_date, 'up to date'],
    ['skipped', totals.skipped, 'not run'],
  ];
  const there = parts.filter(([, count]) => count > 0);
  const blocks = there.map(([name, count]) => `<i class="${name}" style="flex-grow:${count}"></i>`).join('');
  const words = there
    .map(([name, count, what]) => `<li><i class="${name}"></i>${count} ${what}</li>`)
    .join('');
  return `<div class="bar" aria-hidden="true">${blocks}</div><ul class="legend">${words}</ul>`;
}

const faults = (found: readonly string[]): string =>
  found.length === 0
    ? ''
    : `<section class="faults"><h2>This record is not whole</h2><ul>${[...new Set(found)].map((fault) => `<li>${text(fault)}</li>`).join('')}</ul></section>`;

function failures(rows: readonly RunRow[], logs: LogReader): string {
  const failed = rows.filter((row) => row.status === 'failed');
  const blocks = failed
    .slice(0, 50)
    .map(
      (row) =>
        `<h3>${text(row.name)}: ${text(row.from)}</h3>\n${logs.blocks(row) || '<p>It printed nothing.</p>'}`,
    );
  return section(failed.length === 1 ? 'What failed' : `What failed (${failed.length})`, blocks.join('\n'));
}

function actions(rows: readonly RunRow[], { totals }: RunRecord, logs: LogReader): string {
  const quiet =
    totals.up_to_date > 0 ? `<p>${plural(totals.up_to_date, 'action')} up to date are not listed.</p>` : '';
  if (rows.length === 0) return quiet;
  const shown = rows.slice(0, MAX_ROWS);
  const longest = Math.max(1, ...shown.map((row) => row.wallMs ?? 0));
  const more = rows.length - shown.length;
  return `<table><thead><tr><th>Result</th><th class="number">Time</th><th>Action</th><th>From</th></tr></thead><tbody>
${shown.map((row) => actionRow(row, longest, logs)).join('\n')}
</tbody></table>
${more > 0 ? `<p>And ${more} more.</p>` : ''}${quiet}`;
}

function actionRow(row: RunRow, longest: number, logs: LogReader): string {
  const share = ((row.wallMs ?? 0) / longest) * 100;
  const printed = row.status === 'failed' ? '' : logs.blocks(row);
  const name =
    printed === '' ? text(row.name) : `<details><summary>${text(row.name)}</summary>${printed}</details>`;
  const attempts = row.attempts > 1 ? ` ${row.attempts} attempts` : '';
  return `<tr><td class="${kindOf(row)}">${row.status === 'succeeded' ? WORDS[row.source ?? 'executed'] : row.status}</td><td class="number">${row.wallMs === undefined ? '' : `<span class="share" style="width:${share.toFixed(1)}%"></span>${duration(row.wallMs)}`}</td><td>${name}</td><td>${row.source === 'executed' ? '' : text(row.from)}${attempts}</td></tr>`;
}

const WORDS = {
  executed: 'ran',
  executor: 'ran',
  local: 'cached',
  remote: 'cached',
  journal: 'up to date',
} as const;

function kindOf({ status, source }: RunRow): string {
  if (status !== 'succeeded') return status === 'failed' ? 'failed' : 'skipped';
  return source === undefined || hasRun(source) ? 'ran' : source;
}

const CRITICAL = 'each of these waited for the one before. More processors would not make it shorter.';
const SAVED = 'so long it would have taken at least, had these run here as they did where they were made.';

function critical(path: readonly CriticalStep[], says: string): string {
  if (path.length < 2) return '';
  const total = path.reduce((sum, { wallMs }) => sum + wallMs, 0);
  const rows = path
    .slice(0, MAX_ROWS)
    .map(
      ({ id, wallMs }) =>
        `<tr><td class="number">${duration(wallMs)}</td><td>${text(actionName(id))}</td></tr>`,
    );
  return `<p>${duration(total)}: ${says}</p><table><tbody>${rows.join('\n')}</tbody></table>`;
}

function origins(rows: readonly RunRow[]): string {
  const found = hitOrigins(rows).slice(0, 50);
  if (found.length === 0) return '';
  return `<table><tbody>${found.map(({ from, count }) => `<tr><td class="number">${count}</td><td>${text(from)}</td></tr>`).join('\n')}</tbody></table>`;
}

function outputs(run: RunRecord): string {
  const rows = largestOutputs(run, 10).map(
    ({ path, size }) => `<tr><td class="number">${bytes(size)}</td><td>${text(path)}</td></tr>`,
  );
  return rows.length === 0 ? '' : `<table><tbody>${rows.join('\n')}</tbody></table>`;
}

function artifacts({ artifacts: made }: RunRecord): string {
  if (made.length === 0) return '';
  const rows = made
    .slice(0, 200)
    .map(
      ({ path, sha256, size }) =>
        `<tr><td>${text(path)}</td><td class="number">${bytes(size)}</td><td><code>${text(sha256.slice(0, 16))}</code></td></tr>`,
    );
  const more = made.length - rows.length;
  return `<details><summary>${plural(made.length, 'output')}</summary><table><tbody>${rows.join('\n')}</tbody></table>${more > 0 ? `<p>And ${more} more.</p>` : ''}</details>`;
}

function machine({ toolVersions, host }: RunRecord): string {
  const rows = [...Object.entries(toolVersions), ...Object.entries(host)].map(
    ([name, value]) => `<tr><td>${text(name)}</td><td>${text(value)}</td></tr>`,
  );
  return rows.length === 0
    ? ''
    : `<details><summary>${plural(rows.length, 'entry', 'entries')}</summary><table><tbody>${rows.join('\n')}</tbody></table></details>`;
}
