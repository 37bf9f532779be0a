import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { probeCCompiler } from '../../../src/tools/c-compiler-probe.ts';
import { resolveTool } from '../../../src/tools/resolve-tool.ts';
import { ToolCache } from '../../../src/tools/tool-cache.ts';

describe.skipIf(!existsSync('/usr/bin/gcc'))('the C compiler', () => {
  it('is its programs, objects and headers too', () => {
    const parts = probeCCompiler('/usr/bin/gcc')?.parts ?? [];
    const names = parts.filter((p) => p.list.files.length > 0).map((p) => p.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'program cc1',
        'program as',
        'program ld',
        'object crt1.o',
        'object libgcc.a',
        'headers 0',
      ]),
    );
    const headers = parts
      .filter((p) => p.name.startsWith('headers'))
      .flatMap((p) => p.list.files.map((f) => f.path));
    expect(headers).toContain('/usr/include/stdio.h');
  });

  it('leaves other programs alone', () => {
    expect(probeCCompiler('/usr/bin/env')).toBeUndefined();
    expect(probeCCompiler('/bin/cc-that-is-not-there')).toBeUndefined();
  });

  it('keeps absolute paths out of what goes into keys', () => {
    const decl = { name: 'cc', command: 'gcc', versionArgs: ['--version'], files: [] };
    const cache = new ToolCache();
    const options = { path: '/usr/bin:/bin', workspaceRoot: '/', cache };
    const result = resolveTool(decl, options);
    expect(result.ok && result.value.version).toMatch(/^gcc \(.*\) \d+/);
    expect(resolveTool(decl, { ...options, cache: new ToolCache(cache.export()) })).toEqual(result);
  });
});
