# What bash would offer for a command line: complete.bash NODE PROGRAM WORD...
node=$1 program=$2
shift 2
leaksof() { "$node" "$program" "$@"; }
# What bash-completion's helper does, for a machine without it.
_get_comp_words_by_ref() {
  cur=${COMP_WORDS[COMP_CWORD]} words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
}
# Twice, as a shell whose rc file is read again would.
source <(leaksof --completions bash)
source <(leaksof --completions bash)
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
# compopt complains outside of a completion.
__leaksof_complete 2>/dev/null
echo "${COMPREPLY[*]}"
complete -p leaksof
