import { z } from 'zod';
import { artifactName } from './artifact-name.ts';
import { gateVerdict } from './gate-verdict.ts';
import { count, executionMode, label, runId, sha256, size, status, totals, version } from './words.ts';

const path = z.string().min(1).describe('Relative to the workspace, with /.');

const input = z
  .strictObject({ name: z.string().describe('The end of its path.'), path, sha256, size })
  .describe('A file that some action read and no action made.');

const output = z
  .strictObject({
    path,
    sha256,
    size,
    tainted: z
      .literal(true)
      .optional()
      .describe('Made of proprietary inputs: it lies below the work root, and is kept in no cache.'),
    files: count.optional().describe('Of a folder: how many files are in it.'),
  })
  .describe('A file, or a folder (then the digest is that of its Remote Execution Directory message).');

const artifact = output.extend({
  role: z.string().describe('What it is for: `output` unless a rule says more.'),
});

const failure = z
  .looseObject({
    kind: z.string().describe('exit, signal, timeout, missing-output, …; each has members of its own.'),
    blame: z.enum(['input', 'environment', 'infrastructure', 'policy']).describe('Who can mend it.'),
  })
  .describe('Why it did not succeed.');

const logFile = z.string().startsWith('logs/').describe('What it printed, relative to the run’s folder.');

const action = z
  .strictObject({
    id: z.string().describe('Unique within its target.'),
    key: sha256.optional().describe('Its cache key; absent where it was never computed.'),
    status,
    source: z
      .enum(['executed', 'executor', 'local', 'remote', 'journal'])
      .optional()
      .describe(
        'Where a success came from: executed (it ran here), executor (on another machine), local and remote (a cache), journal (nothing had changed).',
      ),
    not_isolated: z
      .string()
      .optional()
      .describe('Why it ran in the user’s session, shut in by nothing; its result is never shared.'),
    stdout_path: logFile.optional(),
    stderr_path: logFile.optional(),
    failure: failure.optional(),
    undeclared_outputs: z
      .array(z.string())
      .optional()
      .describe('What it wrote and had not declared; dropped.'),
  })
  .describe('One process of a target.');

const step = z
  .strictObject({
    name: label,
    status,
    stage_attempt: z
      .int()
      .min(1)
      .describe('How often it was tried, retries and resumptions of the run included.'),
    cache_key: sha256.describe('Of the sorted keys of its actions.'),
    log_path: logFile
      .optional()
      .describe(
        'Of stages of a loop: what became of its actions, by key and content; the same for the same work.',
      ),
    cache_hit: z.boolean().describe('It succeeded and nothing ran for it.'),
    actions: z.array(action).describe('Its processes.'),
    outputs: z.array(output).describe('What it made.'),
  })
  .describe('A target.');

const policy = z
  .strictObject({
    enforced: z
      .literal(false)
      .describe('In local mode no gate blocks anything: these are answers, not decisions.'),
    gates: z.array(gateVerdict).describe('An answer for each gate.'),
  })
  .describe('What the gates of [policy] would have said.');

const unchanged = z
  .strictObject({
    unchanged: z.int().min(1).describe('How many.'),
    identity: sha256.describe('Of `unchanged.json` beside this file, whose list of the same name has them.'),
  })
  .describe(
    'In large sets: every entry that is as in an earlier run’s list, those apart that this list names.',
  );

/** `run-manifest.json`: what a run was given, what it did and what came out. */
export const runManifest = z
  .strictObject({
    schema_version: version,
    run_id: runId,
    execution_mode: executionMode,
    host_fingerprint: sha256.describe('Of what actions can see of the machine.'),
    host: z
      .looseObject({
        sandbox: z
          .string()
          .describe('What kept actions to their inputs: bubblewrap, unshare, staged or off.'),
        remote: z.string().nullable().describe('The remote cache or executor that was used.'),
      })
      .describe('How this machine ran it; no part of the run’s identity.'),
    notes: z
      .array(z.strictObject({ target: label, note: z.string().describe('In words.') }))
      .optional()
      .describe('What is to be known of how targets are made here.'),
    policy: policy.optional().describe('Of loops that an automation.toml describes.'),
    tool_versions: z.record(z.string(), z.string()).describe('recomp’s own, and those of declared tools.'),
    input_fingerprint: sha256.describe('Of `inputs`.'),
    inputs: z.array(z.union([input, unchanged])).describe('What was read and not made, by path.'),
    artifacts: z
      .array(z.union([artifact, unchanged]))
      .describe('The outputs of the targets that were asked for.'),
    steps: z.array(z.union([step, unchanged])).describe('In label order.'),
    validation_report: output
      .extend({
        name: artifactName,
        passed: z.boolean().describe('Whether the verdict was that it is good.'),
      })
      .optional()
      .describe('Of runs that validate one thing: the report, and its verdict.'),
    totals: z.strictObject(totals).describe('Actions, each counted once.'),
  })
  .describe('run-manifest.json: what a run of recomp was given, what it did and what came out.');

/** The same with nothing left out. */
export const wholeRunManifest = runManifest.extend({
  inputs: z.array(input),
  artifacts: z.array(artifact),
  steps: z.array(step),
});

export type RunManifest = z.output<typeof wholeRunManifest>;
