/** Small on purpose: what there is to offer, recomp itself says each time. */
export const completionScript = (shell: string): string | undefined =>
  new Map(Object.entries(SCRIPTS)).get(shell);

/** bash splits words at `:` and `=`, which labels and options are full of: words are taken from the line, and what bash has split off is cut from the answers. */
const BASH = `# recomp: completion for bash. In ~/.bashrc: source <(recomp completion bash)
_recomp() {
  local line=\${COMP_LINE:0:COMP_POINT} words cur cut
  read -ra words <<< "$line"
  cur=\${line##*[[:space:]]}
  [[ -z $cur ]] && words+=('')
  cut=
  local quoted=\${line//[^\\"]/} quote='"'
  (( \${#quoted} % 2 )) || { quoted=\${line//[^\\']/}; quote="'"; }
  if (( \${#quoted} % 2 )); then
    # Within quotes bash takes the rest of the line for one word.
    cur=\${line##*"$quote"}
    read -ra words <<< "\${line%"$quote$cur"}"
    words+=("$cur")
  elif [[ $cur == *[:=]* ]]; then
    cut=\${cur%"\${cur##*[:=]}"}
  fi
  COMPREPLY=()
  local answer
  while IFS= read -r answer; do
    COMPREPLY+=("\${answer#"$cut"}")
  done < <(recomp __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o bashdefault -o default -F _recomp recomp
`;

const ZSH = `#compdef recomp
# recomp: completion for zsh. In ~/.zshrc, after compinit: source <(recomp completion zsh)
_recomp() {
  local -a answers
  answers=("\${(@f)$(recomp __complete -- "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  answers=("\${(@)answers:#}")
  if (( \${#answers} )); then
    local -a more
    # An expression goes on after a label.
    [[ -n $compstate[quote] ]] && more=(-S '')
    compadd -Q "\${more[@]}" -- "\${answers[@]}"
  else
    _files
  fi
}
compdef _recomp recomp
`;

const FISH = `# recomp: completion for fish. In ~/.config/fish/config.fish: recomp completion fish | source
function __recomp_complete
  set -l words (commandline -opc) (string replace -r '^["\\']' '' -- "$(commandline -ct)")
  recomp __complete -- $words[2..-1] 2>/dev/null
end
complete -c recomp -f -n 'test -n "$(__recomp_complete)"' -a '(__recomp_complete)'
`;

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
