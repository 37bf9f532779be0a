import { say } from '../print.ts';
import type { InputFaults } from './check-inputs.ts';

/** Says what is wrong with the inputs, if anything; the exit code. */
export function refuseInputs({
  missing,
  wrong,
  refused,
  astray,
  built,
  places,
  mistakes,
}: InputFaults): 0 | 2 | 3 {
  list('these files are proprietary, or are made of such, and lie where git tracks them:', refused);
  if (refused.length > 0)
    say('move them out of the repository; outputs.work_root and absolute paths say where they are');
  list('these files are proprietary, and lie where nothing keeps them from other targets:', astray);
  if (astray.length > 0)
    say(
      'name a proprietary file by the path that its provenance has, in the folder of its loop or outside of the workspace',
    );
  list('these files are proprietary, and earlier builds, which did not know it, have read them:', built);
  if (built.length > 0)
    say(
      'what was made of them is in recomp-out/, in the records of .recomp/ and in the cache, and none of these tells what came of what: `recomp clean --proprietary` empties all three, and of the cache all that other workspaces of yours have put there too; then build again',
    );
  list('[outputs] must not lead there:', places);
  if (places.length > 0)
    say(
      'copies go into the workspace, or into a work_root of their own that is written absolutely: a new or empty folder',
    );
  list('these inputs are not what they should be:', wrong);
  list('these files have mistakes:', mistakes);
  list('this is needed, and not there:', missing);
  if (refused.length + astray.length + built.length > 0) return 3;
  return wrong.length + missing.length + places.length + mistakes.length > 0 ? 2 : 0;
}

function list(title: string, items: readonly string[]): void {
  if (items.length === 0) return;
  say(title);
  for (const item of items) process.stderr.write(`  ${item}\n`);
}
