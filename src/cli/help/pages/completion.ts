import { definePage } from '../command-page.ts';

export const completionPage = definePage({
  name: 'completion',
  usage: ['bash|zsh|fish'],
  about: [
    'Prints a script that makes the shell complete commands, options and the labels of the workspace’s targets.',
  ],
  options: [],
  examples: [
    ['source <(recomp completion bash)', 'in ~/.bashrc'],
    ['source <(recomp completion zsh)', 'in ~/.zshrc, after compinit'],
    ['recomp completion fish | source', 'in ~/.config/fish/config.fish'],
  ],
  completes: ['bash', 'zsh', 'fish'],
});
