// run-again.mjs RESULTS COMMAND…: runs each test file that failed once more, alone: `COMMAND… FILE` must be a run of vitest.
// RESULTS is what vitest's JSON reporter wrote of the whole run, and is brought up to date. A file that passes now is unsteady,
// which is said; one that fails again has failed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** When more files fail than this, it is not their unsteadiness. */
const MOST = 8;

const [path = '', program = '', ...words] = process.argv.slice(2);
const results = readResults(path);
const failed = results?.testResults.filter((one) => !isPassed(one)) ?? [];
process.exitCode = results === undefined || !isWorthIt(failed) || !runAgain(results, failed) ? 1 : 0;

/** A file whose process died counts as passed for the reporter, with tests that are still to be run. */
function isPassed({ status, assertionResults }) {
  return (
    status === 'passed' &&
    assertionResults.length > 0 &&
    !assertionResults.some((test) => test.status === 'pending')
  );
}

function isWorthIt({ length }) {
  if (length === 0) process.stdout.write('No file failed by itself: there is nothing to run again.\n');
  else if (length > MOST) process.stdout.write(`${length} files failed: too many to be run again.\n`);
  return length > 0 && length <= MOST;
}

/** Whether all of them pass now. */
function runAgain(results, failed) {
  const again = failed.map(({ name }) => runAlone(name));
  const changed = new Map(again.flatMap((one) => one?.testResults ?? []).map((one) => [one.name, one]));
  const testResults = results.testResults.map((one) => changed.get(one.name) ?? one);
  writeFileSync(path, JSON.stringify({ ...results, ...numbersOf(testResults), testResults }));
  failed.forEach(({ name }, i) => {
    const file = relative(process.cwd(), name);
    const said = again[i] ? 'passed only when run again; a bug to be mended' : 'failed again';
    process.stdout.write(`${again[i] ? 'unsteady' : 'failed'}: ${file}: ${said}\n`);
  });
  return again.every((one) => one);
}

/** Its results; undefined if anything went wrong. */
function runAlone(file) {
  const own = `${path}.again`;
  rmSync(own, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${own}`];
  const { status } = spawnSync(program, [...words, relative(process.cwd(), file), ...reporters], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ran = readResults(own);
  rmSync(own, { force: true });
  const isGood = status === 0 && ran?.testResults.some((one) => one.name === file && isPassed(one));
  return isGood ? ran : undefined;
}

function numbersOf(testResults) {
  const tests = testResults.flatMap((one) => one.assertionResults);
  const count = (status) => tests.filter((test) => test.status === status).length;
  return { numPassedTests: count('passed'), numFailedTests: count('failed') };
}

function readResults(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
