import { pathToFileURL } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { builtInRules } from '../../rules/index.ts';
import { expandBatch } from './expand-batch.ts';
import { loadPackages } from './load-packages.ts';
import { installHooks } from './module-hooks.ts';
import { purifyGlobals } from './pure-globals.ts';
import { type RuleRegistry, registerRules, ruleInfos } from './rule-registry.ts';
import { syntaxChecker } from './syntax-check.ts';
import {
  type ExpandMessage,
  PHASE,
  WORKER_MARK,
  type WorkerInit,
  type WorkerReply,
} from './worker-protocol.ts';

/** Node takes these by their names when this file is registered as hooks. */
export { initialize, load, resolve } from './module-hooks.ts';

const isInit = (data: unknown): data is WorkerInit =>
  typeof data === 'object' && data !== null && 'mark' in data && data.mark === WORKER_MARK;

if (parentPort !== null && isInit(workerData)) await serve(workerData, parentPort);

/** The thread's life: take I/O away, load the packages, then expand what it is sent. */
async function serve(init: WorkerInit, port: MessagePort): Promise<void> {
  const progress = new Int32Array(init.progress);
  const note = (phase: number, index: number): void => {
    progress[0] = phase;
    progress[1] = index;
  };
  const reply = (message: WorkerReply): void => port.postMessage(message);
  // Loaded before anything is taken away, so that what it keeps of the globals is whole.
  await import(init.rulesUrl);
  const workspaceUrl = pathToFileURL(`${init.workspaceRoot}/package.json`).href;
  const takeRecords = installHooks({ workspaceUrl, rulesUrl: init.rulesUrl }, import.meta.url);
  const checkSyntax = syntaxChecker(process.execPath);
  purifyGlobals();
  const { workspaceRoot, use, debug } = init;
  const onPackage = (index: number): void => note(PHASE.loading, index);
  const loaded = await loadPackages({ workspaceRoot, use, debug, takeRecords, checkSyntax, onPackage });
  const builtIn = { name: 'recomp', root: init.builtInRoot, at: [], rules: builtInRules };
  const { rules, diagnostics } = registerRules([builtIn, ...loaded.packages]);
  const { files, identity } = loaded;
  port.on('message', (message: ExpandMessage) =>
    reply(expand(rules, message, debug, (i) => note(PHASE.expanding, i))),
  );
  reply({
    kind: 'rules',
    rules: { rules: ruleInfos(rules), diagnostics: [...loaded.diagnostics, ...diagnostics], files, identity },
  });
}

function expand(
  rules: RuleRegistry,
  message: ExpandMessage,
  debug: boolean,
  onTarget: (index: number) => void,
): WorkerReply {
  try {
    return {
      kind: 'expanded',
      expansion: expandBatch(rules, message.targets, message.already, {
        debug,
        onTarget,
        tools: message.tools,
      }),
    };
  } catch (error) {
    return { kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
