import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxMode } from '../../model/isolation.ts';
import { HOW_TO, tryAll } from '../../sandbox/choose-executor.ts';
import { places } from '../../sandbox/place.ts';
import { probe } from '../../sandbox/probe.ts';
import { type Finding, fine } from './finding.ts';

const ISOLATING = ['bubblewrap', 'unshare'] as const;

/** Each kind is made to run something. In a workspace, where its builds would; else in a folder that goes again. */
export async function checkSandbox(stateDir: string | undefined, mode: SandboxMode): Promise<Finding[]> {
  const folder = stateDir ?? mkdtempSync(join(tmpdir(), 'recomp-doctor-'));
  try {
    mkdirSync(folder, { recursive: true });
    return await tryKinds(places(folder), mode);
  } catch (error) {
    const found = `cannot be tried: ${error instanceof Error ? error.message : String(error)}`;
    return [{ name: 'sandbox', state: 'broken', blame: 'machine', found }];
  } finally {
    if (stateDir === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function tryKinds(available: readonly string[], mode: SandboxMode): Promise<Finding[]> {
  const findings: Finding[] = [];
  let isolated = false;
  for (const kind of ISOLATING) {
    const { kind: got, reasons } = await tryAll(available, kind);
    const works = got === kind;
    isolated ||= works;
    const found = works
      ? 'works: actions see only what they declare'
      : reasons.map((reason) => reason.replace(`${kind}: `, '')).join('; ');
    findings.push({ name: `sandbox ${kind}`, state: works ? 'ok' : 'optional', found });
  }
  findings.push(await tryStaged(available));
  return isolated ? findings : [...findings, notIsolated(mode)];
}

async function tryStaged(available: readonly string[]): Promise<Finding> {
  const problems: string[] = [];
  for (const place of available) {
    const problem = await probe(undefined, place);
    if (problem === undefined) return fine('sandbox staged', 'works: actions run in folders of their own');
    problems.push(problem);
  }
  const found = problems.join('; ') || 'there is no folder to run actions in';
  return { name: 'sandbox staged', state: 'broken', blame: 'machine', found };
}

const notIsolated = (mode: SandboxMode): Finding => ({
  name: 'isolation',
  found: 'this machine cannot keep actions to what they declare; they run in folders of their own',
  help: HOW_TO,
  ...(mode === 'required' ? { state: 'broken', blame: 'machine' } : { state: 'warning' }),
});
