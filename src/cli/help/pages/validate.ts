import { definePage } from '../command-page.ts';

export const validatePage = definePage({
  name: 'validate',
  usage: [
    'accept LABEL [--yes] [--pictures]',
    'accept --config FILE [--yes] [--pictures]',
    'artifacts --config FILE [--out FILE]',
    'artifacts --check FILE',
  ],
  about: [
    'accept: takes what was captured last as the new reference. Nothing else ever changes a reference: look at the report and its page first. With the label of a target of the rule validate, it makes the capture if need be, shows what would change, asks, and writes the reference’s files in the source tree, each as a whole.',
    'artifacts: writes an index of what the stages made, by content, with the paths of manifests and configurations; --check reads every file of an index again, and ends with 1 where one is not what the index says.',
  ],
  options: [
    { name: 'config', short: 'c', value: 'FILE', text: 'The automation.toml.' },
    { name: 'out', value: 'FILE', text: 'artifacts: where the index goes. Default: standard output.' },
    { name: 'yes', short: 'y', text: 'accept: do not ask.' },
    {
      name: 'pictures',
      text: 'accept: keep the pictures (frames.pack) and the sound (audio.raw) beside the hashes, so that later captures can be looked at side by side. A reference that has them keeps them anyway.',
    },
    { name: 'check', value: 'FILE', text: 'artifacts: check this index instead.' },
  ],
  examples: [
    ['recomp validate accept //game:validate', 'the capture is right, the reference was wrong'],
    ['recomp validate accept -c automation.toml', 'the same, for the loop of an automation.toml'],
    ['recomp validate artifacts -c automation.toml --out index.json', 'an index to keep'],
    ['recomp validate artifacts --check index.json', 'is all of it still there?'],
  ],
  completes: ['accept', 'artifacts'],
});
