#!/bin/sh
# Rebuilds horizon-threads.nro bit for bit. Needs aarch64-linux-gnu-gcc 12.2 (Debian 12: gcc-aarch64-linux-gnu) and node.
#   ./horizon-threads.sh [OUT.nro]        without OUT, the committed file is replaced
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
sample=$here/../../../../samples/first-light
out=${1:-$here/horizon-threads.nro}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-aarch64-linux-gnu-gcc}
for source in "$sample/src/start.S" "$sample/src/relocate.c" "$here/horizon-threads.c"; do
  "$cc" -c -O2 -march=armv8-a -mno-outline-atomics -std=gnu11 -ffreestanding -fPIE -fvisibility=hidden -fno-stack-protector \
    -fno-asynchronous-unwind-tables -fno-ident -w -g0 "$source" -o "$work/$(basename "$source").o"
done
"$cc" -nostdlib -pie -static -no-pie -Wl,-pie -Wl,--no-dynamic-linker -Wl,--build-id=none -Wl,-z,noexecstack \
  -Wl,-z,max-page-size=4096 -Wl,-T,"$sample/src/first-light.ld" "$work"/*.o -o "$work/program.elf"
node "$sample/pack-nro.mjs" "$work/program.elf" "$out"
