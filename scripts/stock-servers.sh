#!/usr/bin/env bash
# stock-servers.sh FOLDER: builds the servers of others that tests talk to, at pinned versions, with the Go and the Java that
# are here.
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

# Bazel's own remote executor, which it tests itself with: its source is in one of Debian's packages and all that it is linked
# to in another. Debian has one version of them per release.
bazel_worker() {
  local name=bazel-remote-worker version=4.2.3+ds-9 parts=$folder/bazel
  [[ -x $folder/$name ]] && return 0
  command -v javac >/dev/null || { echo "$name: cannot be had (no javac)"; return 0; }
  mkdir -p "$parts/classes" &&
    (cd "$parts" && apt-get download -q "bazel-bootstrap-source=$version" "bazel-bootstrap-data=$version") >/dev/null 2>&1 &&
    dpkg-deb --fsys-tarfile "$parts"/bazel-bootstrap-data_*.deb | tar -x -C "$parts" ./usr/share/bazel/A-server.jar &&
    dpkg-deb --fsys-tarfile "$parts"/bazel-bootstrap-source_*.deb | tar -x -C "$parts" ./usr/src/bazel-bootstrap/src/tools/remote &&
    find "$parts/usr/src" -path '*/src/main/*.java' >"$parts/sources" &&
    javac -nowarn -d "$parts/classes" -cp "$parts/usr/share/bazel/A-server.jar" @"$parts/sources" 2>/dev/null &&
    printf '#!/bin/sh\nexec java -cp "%s" com.google.devtools.build.remote.worker.RemoteWorker "$@"\n' \
      "$parts/classes:$parts/usr/share/bazel/A-server.jar" >"$folder/$name" &&
    chmod +x "$folder/$name" && echo "$name: $version" && return 0
  echo "$name: cannot be had (bazel-bootstrap-source=$version)"
}
bazel_worker

command -v go >/dev/null || {
  echo 'no Go here: no other servers to test with'
  exit 0
}
stock bazel-remote github.com/buchgr/bazel-remote/v2@v2.6.2 .
stock versitygw github.com/versity/versitygw@v1.7.0 ./cmd/versitygw
