import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ATTEMPTS = 3;

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

/** Opens a page, lets a script use it as a reader would, and gives what the script told by `tell(value)`. */
export function usePage(html: string, script: string, dark = false): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'recomp-page-'));
  try {
    const reader = `<pre id="told" hidden></pre><script>
const tell = (value) => { document.getElementById('told').textContent = btoa(unescape(encodeURIComponent(JSON.stringify(value)))); };
const errors = [];
addEventListener('error', (event) => errors.push(String(event.message)));
addEventListener('securitypolicyviolation', (event) => errors.push('blocked: ' + event.blockedURI));
</script>`;
    const file = join(folder, 'page.html');
    const inserted = html.replace('<body>', () => `<body>${reader}`);
    writeFileSync(
      file,
      inserted.replace('</body>', () => `<script>${script}</script></body>`),
    );
    // A browser that starts on a busy machine now and then ends before it has drawn anything; what it draws is what counts.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const told = run(file, join(folder, `profile-${attempt}`), dark);
      if (told !== undefined) return JSON.parse(Buffer.from(told, 'base64').toString('utf8'));
    }
    throw new Error('the page said nothing');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(file: string, profile: string, dark: boolean): string | undefined {
  const flags = [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ...['--virtual-time-budget=20000', '--window-size=1500,900', `--user-data-dir=${profile}`],
    `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`,
    '--dump-dom',
  ];
  const { stdout } = spawnSync(CHROMIUM ?? '', [...flags, `file://${file}`], {
    encoding: 'utf8',
    timeout: 180_000,
    maxBuffer: 1 << 28,
  });
  return /<pre id="told" hidden="">([^<]+)<\/pre>/.exec(stdout)?.[1];
}
