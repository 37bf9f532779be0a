#!/bin/sh
# Rebuilds linux-tool.elf bit for bit. Needs aarch64-linux-gnu-gcc 12.2 (Debian 12: gcc-aarch64-linux-gnu).
#   ./rebuild.sh [OUT.elf]        without OUT, the committed file is replaced
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
case "${1:-}" in
  '') out=$here/linux-tool.elf ;;
  /*) out=$1 ;;
  *) out=$PWD/$1 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-aarch64-linux-gnu-gcc}
cd "$here/src"
for source in start.S output.c sort.c tool.c; do
  "$cc" -c -O2 -march=armv8-a -mtune=generic -std=gnu11 -ffreestanding -fno-pie -fno-stack-protector \
    -fno-tree-loop-distribute-patterns -fno-asynchronous-unwind-tables -fno-ident -Wall -Wextra -g0 \
    "$source" -o "$work/$source.o"
done
"$cc" -nostdlib -static -no-pie -s -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 \
  "$work"/start.S.o "$work"/output.c.o "$work"/sort.c.o "$work"/tool.c.o -o "$work/linux-tool.elf"
cp "$work/linux-tool.elf" "$out"
