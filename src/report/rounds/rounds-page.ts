import type { DiffLine } from '../../base/line-diff.ts';
import { plural } from '../terminal-text.ts';
import type { Verdict } from './round.ts';
import type {
  FunctionDifference,
  OutputDifference,
  RoundDifference,
  VerdictDifference,
} from './round-difference.ts';
import { ROUNDS_STYLE } from './rounds-style.ts';

/** One file that needs nothing else, runs nothing and reaches for nothing; `reloads`: but for itself, as it will be. */
export const roundsPage = (difference: RoundDifference, reloads = false): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
${reloads ? '<meta http-equiv="refresh" content="2">\n' : ''}<title>Two rounds</title>
<style>${ROUNDS_STYLE}</style>
</head>
<body>
<header>
<h1>What the last round changed</h1>
<p class="quiet">from <code>${text(difference.before)}</code> to <code>${text(difference.after)}</code></p>
${numbers(difference)}
</header>
<main>
${validations(difference.validations)}
${names(difference)}
${functions(difference)}
${outputs(difference.outputs)}
${missing(difference.missing)}
</main>
<footer><p>${plural(difference.unchanged, 'function')} of the emitted code ${difference.unchanged === 1 ? 'is' : 'are'} the same in both rounds.</p></footer>
</body>
</html>
`;

const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function numbers({
  names: renamed,
  functions: all,
  outputs: files,
  validations: verdicts,
}: RoundDifference): string {
  const failing = verdicts.filter((v) => (v.after?.failed ?? 0) > 0).length;
  const verdict =
    verdicts.length === 0
      ? ''
      : item(failing === 0 ? 'passed' : 'failed', 'validation', failing === 0 ? 'passed' : 'failed');
  return `<ul class="numbers">${verdict}${item(String(renamed.length), renamed.length === 1 ? 'new name' : 'new names')}${item(String(all.length), all.length === 1 ? 'function differs' : 'functions differ')}${item(String(files.length), files.length === 1 ? 'output differs' : 'outputs differ')}</ul>`;
}

const item = (value: string, what: string, kind = ''): string =>
  `<li><b${kind === '' ? '' : ` class="${kind}"`}>${value}</b>${what}</li>`;

const section = (id: string, heading: string, content: string): string =>
  `<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>\n${content}\n</section>`;

function validations(verdicts: readonly VerdictDifference[]): string {
  if (verdicts.length === 0) return '';
  return section('h-valid', 'Validation', verdicts.map(oneValidation).join('\n'));
}

function oneValidation({ label, before, after }: VerdictDifference): string {
  const cases = new Set([...(before?.cases ?? []), ...(after?.cases ?? [])].map((c) => c.name));
  const rows = [...cases].map((name) => {
    const [a, b] = [before, after].map((v) => v?.cases.find((c) => c.name === name));
    const same = a?.status === b?.status && a?.details === b?.details;
    const cells = same ? `<td class="quiet">the same</td>${cell(b)}` : `${cell(a)}${cell(b)}`;
    return `<tr><th scope="row">${text(name)}</th>${cells}</tr>`;
  });
  return `<p><code>${text(label)}</code>: ${verdictText(after)}, before ${verdictText(before)}</p>
<div class="wide"><table><thead><tr><th>Check</th><th>Before</th><th>Now</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

const verdictText = (verdict: Verdict | undefined): string =>
  verdict === undefined
    ? '<span class="quiet">not run</span>'
    : verdict.failed === 0
      ? '<span class="passed">passed</span>'
      : `<span class="failed">${plural(verdict.failed, 'check')} failed</span>`;

const cell = (found: Verdict['cases'][number] | undefined): string =>
  found === undefined
    ? '<td class="quiet">not there</td>'
    : `<td><span class="${found.status === 'passed' ? 'passed' : 'failed'}">${text(found.status)}</span>: ${text(found.details)}</td>`;

function names({ names: renamed }: RoundDifference): string {
  if (renamed.length === 0) return '';
  const rows = renamed.map(
    ({ address, before, after }) =>
      `<tr><th scope="row"><code>${address}</code></th><td class="was">${nameText(before)}</td><td class="is">${nameText(after)}</td></tr>`,
  );
  return section(
    'h-names',
    'Names',
    `<div class="wide"><table><thead><tr><th>Address</th><th>Before</th><th>Now</th></tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`,
  );
}

const nameText = (name: string): string => (name === '' ? '<span class="quiet">none</span>' : text(name));

/** More than this nobody reads on one page; the page says what it leaves out. */
const MAX_FUNCTIONS = 400;
const OPEN = 12;

function functions({ functions: all }: RoundDifference): string {
  const heading = 'Emitted code';
  if (all.length === 0)
    return section('h-code', heading, '<p class="quiet">Every function is as it was.</p>');
  const shown = all.slice(0, MAX_FUNCTIONS).map((f, i) => oneFunction(f, i < OPEN));
  const more = all.length - shown.length;
  if (more > 0) shown.push(`<p class="quiet">and ${plural(more, 'more function')}; --json has all</p>`);
  return section('h-code', heading, shown.join('\n'));
}

function oneFunction({ address, name, file, kind, lines }: FunctionDifference, isOpen: boolean): string {
  const tag = `<span class="tag ${kind}">${kind}</span>`;
  const body =
    lines === undefined
      ? '<p class="quiet">too long and too different to be shown line by line</p>'
      : codeText(lines);
  return `<details${isOpen ? ' open' : ''}><summary>${tag} ${name === '' ? '' : `<b>${text(name)}</b> `}<code>${address} · ${text(file)}</code></summary>${body}</details>`;
}

const AROUND = 3;
const MARKS = { same: ' ', gone: '-', new: '+' } as const;

function codeText(lines: readonly DiffLine[]): string {
  const near = new Set<number>();
  for (const [i, { kind }] of lines.entries())
    if (kind !== 'same') for (let j = i - AROUND; j <= i + AROUND; j++) near.add(j);
  const out: string[] = [];
  let skipped = 0;
  for (const [i, { kind, text: line }] of lines.entries()) {
    if (!near.has(i)) {
      skipped++;
      continue;
    }
    if (skipped > 0) out.push(`<span class="skip">  … ${plural(skipped, 'line')}</span>`);
    skipped = 0;
    out.push(`<span class="${kind}">${MARKS[kind]} ${text(line)}</span>`);
  }
  if (skipped > 0) out.push(`<span class="skip">  … ${plural(skipped, 'line')}</span>`);
  return `<pre>${out.join('')}</pre>`;
}

function outputs(all: readonly OutputDifference[]): string {
  if (all.length === 0) return '';
  const size = (output: OutputDifference['after']): string =>
    output === undefined ? '<td class="quiet">not there</td>' : `<td>${output.size} bytes</td>`;
  const rows = all.map(
    ({ path, before, after }) =>
      `<tr><th scope="row"><code>${text(path)}</code></th>${size(before)}${size(after)}</tr>`,
  );
  return section(
    'h-outs',
    'Outputs that differ',
    `<div class="wide"><table><thead><tr><th>Output</th><th>Before</th><th>Now</th></tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`,
  );
}

const missing = (all: readonly string[]): string =>
  all.length === 0
    ? ''
    : section(
        'h-missing',
        'What could not be looked at',
        `<ul>${all.map((line) => `<li>${text(line)}</li>`).join('')}</ul>`,
      );
