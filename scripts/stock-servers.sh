#!/usr/bin/env bash
# stock-servers.sh FOLDER: builds the servers of others that tests talk to, at pinned versions, with the Go that is here.
# Each is there afterwards or its absence is said; tests that need it are then skipped and say so too.
set -uo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)

stock() { # NAME MODULE@VERSION PACKAGE
  local dir
  [[ -x $folder/$1 ]] && return 0
  # A module is built where it was unpacked: `go install` would ask the proxy for lists that not every proxy has.
  dir=$(go mod download -json "$2" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p') && [[ -n $dir ]] &&
    go build -C "$dir" -o "$folder/$1" "$3" && echo "$1: ${2##*@}" && return 0
  echo "$1: cannot be had ($2)"
}

command -v go >/dev/null || {
  echo 'no Go here: no servers to test with'
  exit 0
}
stock bazel-remote github.com/buchgr/bazel-remote/v2@v2.6.2 .
stock versitygw github.com/versity/versitygw@v1.7.0 ./cmd/versitygw
