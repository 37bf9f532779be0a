import { type Digest, parseSha256 } from '../../model/digest.ts';
import type { RunManifest } from '../../model/schema/run-manifest.ts';
import { validationReport } from '../../model/schema/validation-report.ts';
import type { ActionCache } from '../../ports/action-cache.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { Round, RoundOutput, Verdict } from '../../report/rounds/round.ts';
import { isCode, isReport } from './find-rounds.ts';

export interface RoundStore {
  readonly actions: Pick<ActionCache, 'get'>;
  readonly blobs: Pick<BlobStore, 'get'>;
}

type Step = RunManifest['steps'][number];
type Output = Step['outputs'][number];

/** A round as its manifest and the cache know it: outputs on the disk may be newer. */
export async function openRound(manifest: RunManifest, store: RoundStore): Promise<Round> {
  const code = new Map<string, string>();
  const verdicts = new Map<string, Verdict>();
  const outputs = new Map<string, RoundOutput>();
  const missing: string[] = [];
  for (const step of manifest.steps) {
    for (const output of step.outputs) {
      outputs.set(output.path, { sha256: output.sha256, size: output.size });
      if (!isCode(output.path) && !isReport(output.path)) continue;
      if (output.tainted === true) {
        missing.push(`${output.path} is made of proprietary inputs, and is kept in no cache`);
        continue;
      }
      const found = isCode(output.path)
        ? await readCode(step, output, store, code)
        : await readVerdict(step, output, store, verdicts);
      if (!found) missing.push(`${output.path} of ${manifest.run_id} is no longer in the cache`);
    }
  }
  return { runId: manifest.run_id, code, verdicts, outputs, missing };
}

/** A manifest names a folder by its digest alone; the result of the action that made it knows the files. */
async function readCode(
  step: Step,
  output: Output,
  { actions, blobs }: RoundStore,
  code: Map<string, string>,
): Promise<boolean> {
  for (const { key } of step.actions) {
    const hash = key === undefined ? undefined : parseSha256(key);
    const result = hash && (await actions.get(hash));
    const tree = result?.outputs.find((o) => o.path === output.path);
    if (tree?.kind !== 'tree' || tree.rootDigest.hash !== output.sha256) continue;
    for (const file of tree.content.files) {
      const text = await readText(file.digest, blobs);
      if (text === undefined) return false;
      code.set(`${output.path}/${file.path}`, text);
    }
    return true;
  }
  return false;
}

async function readVerdict(
  step: Step,
  output: Output,
  { blobs }: RoundStore,
  verdicts: Map<string, Verdict>,
): Promise<boolean> {
  const hash = parseSha256(output.sha256);
  const text = hash && (await readText({ hash, size: output.size }, blobs));
  const report = text === undefined ? undefined : validationReport.safeParse(parse(text)).data;
  if (report === undefined) return false;
  verdicts.set(step.name, { failed: report.failed, cases: report.cases });
  return true;
}

async function readText(digest: Digest, blobs: RoundStore['blobs']): Promise<string | undefined> {
  const bytes = await blobs.get(digest);
  return bytes && Buffer.from(bytes).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
