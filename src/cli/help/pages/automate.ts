import { definePage } from '../command-page.ts';

export const automatePage = definePage({
  name: 'automate',
  usage: ['--config FILE [OPTION…]'],
  about: [
    'Goes from the program to the verdict: intake, analysis, lift, build, capture, validate, archive, as an automation.toml says. Inputs are checked against their provenance before anything runs; what is still right is not made again; the archive is written although the validation failed.',
    'Exit code: 0 the capture passed; 1 a stage failed; 2 the file has a mistake, or something that it needs is not there; 3 a policy forbids it; 4 the machine failed.',
  ],
  options: [
    {
      name: 'config',
      short: 'c',
      value: 'FILE',
      text: 'The automation.toml. Its folder is the package of the stages.',
    },
    { name: 'resume', text: 'Continue the last run under its id, if it did not succeed.' },
    { name: 'json', text: 'Print what became of the run as JSON.' },
    { name: 'jobs', short: 'j', value: 'N', text: 'Run at most N actions at once.' },
    { name: 'force', text: 'Run every action, even one whose result is known.' },
    {
      name: 'sandbox',
      value: 'MODE',
      words: ['auto', 'required', 'off'],
      text: 'How actions are kept to what they declare.',
    },
  ],
  examples: [
    ['recomp automate --config samples/first-light/automation.toml', 'the sample’s loop'],
    ['recomp automate -c automation.toml --resume', 'go on where the last run was stopped'],
  ],
  completes: 'files',
});
