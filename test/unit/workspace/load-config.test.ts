import { describe, expect, it } from 'vitest';
import { defaultConfig, loadConfig } from '../../../src/workspace/load-config.ts';
import { parseSize } from '../../../src/workspace/size-syntax.ts';
import { readerOf } from './temp-workspace.ts';

const load = (text: string) => loadConfig(readerOf({ 'recomp.toml': text }), 'folder');

describe('loadConfig', () => {
  it('fills in what is not said', () => {
    const expected = {
      name: 'folder',
      ignore: [],
      cache: {
        maxSizeBytes: 20e9,
        remoteMode: 'read-write',
        compression: 'auto',
        remoteScope: '',
        remoteTrust: [''],
        signers: {},
        uploadWaitSeconds: 60,
      },
      remote: { strategy: 'auto', jobs: 64, queueWaitSeconds: 60, platform: {} },
      sandbox: { mode: 'auto' },
      rules: { use: [] },
      tools: {},
      pools: {},
    };
    expect(load('')).toEqual({ config: expected, diagnostics: [] });
    expect(defaultConfig('folder')).toEqual(expected);
  });

  it('reads all there is', () => {
    const { config, diagnostics } = load(`
[workspace]
name = "demo"
ignore = ["third_party/**"]
[cache]
max_size = "1.5GiB"
max_age_days = 30
remote = "grpc://127.0.0.1:9092"
remote_mode = "read-only"
[remote]
executor = "grpcs://cluster:8980/main"
strategy = "race"
jobs = 200
platform = { OSFamily = "linux" }
[sandbox]
mode = "required"
base_id = "debian-12"
[rules]
use = ["./tools/my-rules.mjs", "@acme/recomp-rules"]
[tools.cc]
command = "gcc"
[tools."clang++"]
command = "/usr/bin/clang++"
version_args = []
files = ["/usr/lib/x.so"]
[pools]
link = 1
`);
    expect(diagnostics).toEqual([]);
    expect(config).toEqual({
      name: 'demo',
      ignore: ['third_party/**'],
      cache: {
        maxSizeBytes: 1.5 * 2 ** 30,
        maxAgeDays: 30,
        remote: 'grpc://127.0.0.1:9092',
        remoteMode: 'read-only',
        compression: 'auto',
        remoteScope: '',
        remoteTrust: [''],
        signers: {},
        uploadWaitSeconds: 60,
      },
      remote: {
        executor: 'grpcs://cluster:8980/main',
        strategy: 'race',
        jobs: 200,
        queueWaitSeconds: 60,
        platform: { OSFamily: 'linux' },
      },
      sandbox: { mode: 'required', baseId: 'debian-12' },
      rules: {
        use: [
          { spec: './tools/my-rules.mjs', at: ['rules', 'use', 0] },
          { spec: '@acme/recomp-rules', at: ['rules', 'use', 1] },
        ],
      },
      tools: {
        cc: { name: 'cc', command: 'gcc', versionArgs: ['--version'], files: [] },
        'clang++': {
          name: 'clang++',
          command: '/usr/bin/clang++',
          versionArgs: [],
          files: ['/usr/lib/x.so'],
        },
      },
      pools: { link: 1 },
    });
  });

  it.each([
    ['[workspce]', 'unknown-key 1:2', 'did you mean "workspace"?'],
    ['[cache]\nmax_sise = "1GB"', 'unknown-key 2:1', 'did you mean "max_size"?'],
    ['[cache]\nmax_size = "lots"', 'bad-value 2:12', undefined],
    ['[cache]\nremote = "ftp://x"', 'bad-value 2:10', undefined],
    ['[cache]\nremote_mode = "readonly"', 'bad-value 2:15', 'did you mean "read-only"?'],
    ['[cache]\nmax_age_days = 0.5', 'bad-value 2:16', undefined],
    ['[sandbox]\nmode = true', 'bad-value 2:8', undefined],
    ['[workspace]\nignore = ["ok", "../x"]', 'bad-value 2:17', undefined],
    ['[workspace]\nname = "a/b"', 'bad-value 2:8', undefined],
    ['[tools.cc]\nversion_args = []', 'missing-key 1:8', 'add command = …'],
    ['[tools]\ncc = "gcc"', 'wrong-type 2:6', undefined],
    ['[tools."a/b"]\ncommand = "x"', 'bad-name 1:8', undefined],
    ['[tools.cc]\ncommand = "x"\nfiles = ["rel"]', 'bad-value 3:10', undefined],
    ['[pools]\nlink = 0', 'bad-value 2:8', undefined],
    ['pools.link = "1"', 'wrong-type 1:14', undefined],
    ['rules = { use = "x" }', 'wrong-type 1:17', undefined],
  ])('%j: %s', (text, expected, help) => {
    const { diagnostics } = load(text);
    expect(diagnostics.map((d) => `${d.code} ${d.span?.line}:${d.span?.column}`)).toEqual([expected]);
    expect(diagnostics[0]?.help).toBe(help);
  });

  it('says that there is no file', () =>
    expect(loadConfig(readerOf({})).diagnostics).toMatchObject([{ code: 'file-missing' }]));
});

describe('parseSize', () => {
  it.each([
    ['0B', 0],
    ['20GB', 20e9],
    ['1 KiB', 1024],
    ['1.5MB', 1_500_000],
    ['2TiB', 2 * 2 ** 40],
  ])('%s', (text, bytes) => expect(parseSize(text)).toBe(bytes));
  it.each(['', '20', 'GB', '-1GB', '1e3GB', '1.GB', '20gb', '20GB ', '1  GB'])('refuses %j', (text) =>
    expect(parseSize(text)).toBeUndefined(),
  );
});
