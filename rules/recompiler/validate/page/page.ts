import type { Findings } from '../judge/findings.ts';
import type { Case, SceneReport, ValidationReport } from '../report.ts';
import type { Timeline } from '../settings/video-config.ts';
import { pageData } from './page-data.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** `validation.html`: one file that needs nothing else, and reaches for nothing. */
export function validationPage(
  report: ValidationReport,
  findings: Findings,
  events: Timeline['events'],
): string {
  const data = pageData(findings, events);
  const { video } = report;
  const { notes } = findings.settings;
  const wrong = data.stops.some((stop) => 'dmx'.includes(data.frames[stop.step] ?? ''));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${text(report.name)}: ${video.status}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="verdict ${video.status}">${video.status === 'passed' ? 'Passed' : 'Failed'}</p>
<h1>${text(report.name)}</h1>
<p class="numbers">${numbers(report)}</p>
${notes === '' ? '' : `<p class="notes">${text(notes)}</p>`}
</header>
<main>
${firstLook(report)}
<section aria-labelledby="h-time">
<h2 id="h-time">Timeline</h2>
<div class="timeline" id="timeline" tabindex="0" role="slider" aria-label="Frames" aria-valuemin="0" aria-valuemax="${Math.max(0, data.stops.length - 1)}" aria-valuenow="0">
<div class="lane scenes" id="scenes"></div>
<canvas class="lane" id="frames" height="56"></canvas>
<canvas class="lane" id="sound" height="72"></canvas>
<div class="cursor" id="cursor" hidden></div>
</div>
<p class="hover" id="hover" aria-live="off">&nbsp;</p>
<ul class="legend">
<li><i class="same"></i>the same</li><li><i class="shifted"></i>the same, at another time</li><li><i class="different"></i>different</li>
<li><i class="missing"></i>missing</li><li><i class="extra"></i>too much</li>
</ul>
</section>
<section aria-labelledby="h-look">
<div class="bar">
<h2 id="h-look">${wrong ? 'Frames that are wrong' : 'Some of the frames'}</h2>
<p class="steps"><button type="button" id="previous" aria-keyshortcuts="ArrowLeft">← Previous</button> <span id="count"></span> <button type="button" id="next" aria-keyshortcuts="ArrowRight">Next →</button></p>
</div>
<p class="title" id="title" aria-live="polite"></p>
<p class="facts" id="facts"></p>
<div class="pictures">
<figure><figcaption>Reference</figcaption><div class="frame" id="reference"></div></figure>
<figure><figcaption>Capture</figcaption><div class="frame" id="capture"></div></figure>
<figure><figcaption>Difference</figcaption><div class="frame" id="difference"></div></figure>
</div>
<div class="strip" id="strip"></div>
</section>
<section aria-labelledby="h-cases">
<h2 id="h-cases">Checks</h2>
<table><thead><tr><th>Check</th><th>Verdict</th><th>Details</th></tr></thead><tbody>
${report.cases.map(caseRow).join('\n')}
</tbody></table>
</section>
${scenesSection(video.scenes)}
</main>
<footer><p>All numbers are in <code>validation-report.json</code>. Keys: ← and → go through the frames, Home and End to the first and last.</p></footer>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function numbers({ video, total, failed }: ValidationReport): string {
  const { frame_comparison: frames, audio_comparison: audio } = video;
  return [
    failed === 0 ? `all ${total} checks` : `${failed} of ${total} checks failed`,
    `${frames.matched} of ${frames.compared} frames match`,
    audio === null ? 'no sound compared' : `${audio.matched} of ${audio.compared} audio chunks match`,
  ].join(' · ');
}

function firstLook({ video: { triage } }: ValidationReport): string {
  if (triage.findings.length === 0) return '';
  const items = (list: readonly string[]): string => list.map((item) => `<li>${text(item)}</li>`).join('');
  return `<section aria-labelledby="h-first" class="first">
<h2 id="h-first">What to look at first</h2>
<ol>${items(triage.suggestions)}</ol>
<h3>What was found</h3>
<ul>${items(triage.findings)}</ul>
</section>`;
}

const caseRow = ({ name, status, details }: Case): string =>
  `<tr class="${status}"><th scope="row">${text(name)}</th><td><span class="mark">${status}</span></td><td>${text(details)}</td></tr>`;

function scenesSection(scenes: readonly SceneReport[]): string {
  if (scenes.length < 2 && (scenes[0]?.ssim ?? null) === null) return '';
  const row = (scene: SceneReport): string => {
    const frames = scene.start_frame === null ? '' : `${scene.start_frame}–${(scene.end_frame ?? 1) - 1}`;
    const cells = [
      frames,
      String(scene.weight),
      `${scene.matched} of ${scene.frames}`,
      scene.ssim?.toFixed(4) ?? '–',
      scene.psnr?.toFixed(2) ?? '–',
    ];
    return `<tr><th scope="row">${text(scene.id)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  };
  return `<section aria-labelledby="h-scenes">
<h2 id="h-scenes">Scenes</h2>
<div class="wide"><table class="figures"><thead><tr><th>Scene</th><th>Frames</th><th>Weight</th><th>Match</th><th>SSIM</th><th>PSNR, dB</th></tr></thead><tbody>
${scenes.map(row).join('\n')}
</tbody></table></div>
</section>`;
}
