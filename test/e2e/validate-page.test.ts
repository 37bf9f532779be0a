import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { examine } from '../../rules/recompiler/validate/judge/findings.ts';
import { validationPage } from '../../rules/recompiler/validate/page/page.ts';
import { reportOf } from '../../rules/recompiler/validate/validate.ts';
import { filmed, list, moving, settings, withByte } from '../unit/recompiler/validate-sides.ts';

const ATTEMPTS = 3;

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
if (CHROMIUM === undefined)
  process.stderr.write('skipped: the page in a browser needs chromium (apt-get install chromium)\n');

const folder = mkdtempSync(join(tmpdir(), 'recomp-validate-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const film = Array.from({ length: 60 }, (_, i) => moving(i));
const reference = { ...filmed(film), audio: list(60, 'a') };
const scenes = [
  { id: 'a scene with a name that is rather long for its place', start: 0, end: 0.2, weight: 1 },
];

/** Frame 7 differs in one point, frame 20 is missing, frame 40 is quite another; chunk 30 is another. */
function page(): string {
  const broken = film
    .with(7, withByte(moving(7), 0, 255))
    .with(40, moving(500))
    .toSpliced(20, 1);
  const capture = { ...filmed(broken), audio: list(60, 'a').with(30, 'other') };
  const findings = examine(
    settings({ maxDriftFrames: 1 }, { name: 'a page', scenes }),
    60,
    reference,
    capture,
  );
  return validationPage(reportOf(findings), findings, [{ name: 'press A', time: 0.5 }]);
}

const seen = z.object({
  errors: z.array(z.string()),
  titles: z.array(z.string()),
  count: z.string(),
  afterClick: z.string(),
  overflow: z.number(),
  pictures: z.array(z.number()),
  columns: z.number(),
  wrongColour: z.boolean(),
  rightColour: z.boolean(),
  background: z.string(),
  requests: z.array(z.string()),
  boxes: z.number(),
  previousDisabled: z.boolean(),
});

/** Uses the page as a reader would, and tells the frame around it what it saw. */
const READER = `
const errors = [];
addEventListener('error', (event) => errors.push(String(event.message)));
addEventListener('securitypolicyviolation', (event) => errors.push('blocked: ' + event.blockedURI));
addEventListener('load', async () => {
  const byId = (id) => document.getElementById(id);
  const titles = [byId('title').textContent];
  const press = (key) => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    titles.push(byId('title').textContent);
  };
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home', 'ArrowLeft', 'End', 'Home']) press(key);
  const images = [...document.querySelectorAll('.frame img')];
  await Promise.all(images.map((image) => image.decode()));
  const canvas = byId('frames');
  const style = getComputedStyle(document.documentElement);
  const pixel = (frame) => [...canvas.getContext('2d').getImageData(Math.floor(((frame + 0.5) / 60) * canvas.width), canvas.height - 4, 1, 1).data];
  const rgb = (name) => {
    const probe = document.createElement('i');
    probe.style.color = style.getPropertyValue(name);
    document.body.append(probe);
    const found = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
    probe.remove();
    return [...found, 255];
  };
  const count = byId('count').textContent;
  const box = byId('timeline').getBoundingClientRect();
  byId('timeline').dispatchEvent(new MouseEvent('click', { clientX: box.left + box.width * 0.66, clientY: box.top + 5, bubbles: true }));
  parent.postMessage(JSON.stringify({
    errors,
    titles,
    count,
    afterClick: byId('title').textContent,
    overflow: document.documentElement.scrollWidth - innerWidth,
    pictures: images.map((image) => image.naturalWidth),
    columns: getComputedStyle(document.querySelector('.pictures')).gridTemplateColumns.split(' ').length,
    wrongColour: String(pixel(7)) === String(rgb('--different')),
    rightColour: String(pixel(3)) === String(rgb('--same')),
    background: getComputedStyle(document.body).backgroundColor,
    requests: performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => !name.startsWith('data:')),
    boxes: images.length - document.querySelectorAll('.frame .box').length,
    previousDisabled: byId('previous').disabled,
  }), '*');
});
`;

/** What the reader saw in a window of this width. */
function read(browser: string, width: number, dark: boolean): z.infer<typeof seen> {
  const name = `${width}-${dark ? 'dark' : 'light'}`;
  writeFileSync(
    join(folder, `${name}.html`),
    page().replace('<head>', () => `<head><script>${READER}</script>`),
  );
  const outer = `<!doctype html><iframe src="${name}.html" width="${width}" height="900"></iframe><pre id="told"></pre>
<script>addEventListener('message', (event) => { document.getElementById('told').textContent = event.data; });</script>`;
  writeFileSync(join(folder, `${name}-outer.html`), outer);
  let told = '';
  let said = '';
  // A browser that starts on a busy machine now and then ends before it has drawn anything; what it draws is what counts.
  for (let attempt = 0; attempt < ATTEMPTS && told === ''; attempt++) {
    const flags = [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
      ...[
        '--disable-component-update',
        '--disable-sync',
        '--virtual-time-budget=20000',
        '--window-size=1600,1000',
      ],
      ...[
        `--user-data-dir=${join(folder, `profile-${name}-${attempt}`)}`,
        `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`,
        '--dump-dom',
      ],
    ];
    const { stdout, stderr } = spawnSync(
      browser,
      [...flags, `file://${join(folder, `${name}-outer.html`)}`],
      {
        encoding: 'utf8',
        timeout: 500_000,
      },
    );
    told = /<pre id="told">([\s\S]*?)<\/pre>/.exec(stdout)?.[1] ?? '';
    said = stderr;
  }
  if (told === '') throw new Error(`the page said nothing: ${said.slice(-500)}`);
  return seen.parse(
    JSON.parse(told.replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>')),
  );
}

describe.skipIf(CHROMIUM === undefined)('validation.html in a browser', () => {
  it.each([
    [1400, false, 3],
    [400, false, 1],
    [400, true, 1],
  ])('is fit for a window %i wide (dark: %s)', (width, dark, columns) => {
    const found = read(CHROMIUM ?? '', width, dark);
    expect(found.errors).toEqual([]);
    expect(found.requests).toEqual([]);
    const [first, missing, last] = ['Frame 7 differs', 'Frame 20 is missing', 'Frame 40 differs'];
    // To the right three times, where the last one stays; back; home, and no further; to the end; home.
    expect(found.titles).toEqual([first, missing, last, last, missing, first, first, last, first]);
    expect(found.count).toBe('1 of 3');
    expect(found.previousDisabled).toBe(false);
    expect(found.afterClick).toBe(last);
    expect(found.overflow).toBeLessThanOrEqual(0);
    expect(found.pictures).toEqual([32, 32, 32]);
    expect(found.boxes).toBe(0);
    expect(found.columns).toBe(columns);
    expect([found.wrongColour, found.rightColour]).toEqual([true, true]);
    expect(found.background).toBe(dark ? 'rgb(20, 23, 27)' : 'rgb(251, 250, 248)');
  });
});
