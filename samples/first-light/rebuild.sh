#!/bin/sh
# Rebuilds first-light.nro bit for bit. Needs aarch64-linux-gnu-gcc 12.2 (Debian 12: gcc-aarch64-linux-gnu) and node.
#   ./rebuild.sh [OUT.nro]        without OUT, the committed file is replaced
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
case "${1:-}" in
  '') out=$here/first-light.nro ;;
  /*) out=$1 ;;
  *) out=$PWD/$1 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-aarch64-linux-gnu-gcc}
cd "$here/src"
for source in start.S relocate.c program.c draw.c text.c synth.c; do
  "$cc" -c -O2 -march=armv8-a -mtune=generic -std=gnu11 -ffreestanding -fPIE -fvisibility=hidden -fno-stack-protector \
    -fno-asynchronous-unwind-tables -fno-ident -Wall -Wextra -g0 "$source" -o "$work/$source.o"
done
"$cc" -nostdlib -pie -static -no-pie -Wl,-pie -Wl,--no-dynamic-linker -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 -Wl,-T,first-light.ld \
  "$work"/start.S.o "$work"/relocate.c.o "$work"/program.c.o "$work"/draw.c.o "$work"/text.c.o "$work"/synth.c.o \
  -o "$work/first-light.elf"
if [ -n "${KEEP_ELF:-}" ]; then cp "$work/first-light.elf" "$KEEP_ELF"; fi
node "$here/pack-nro.mjs" "$work/first-light.elf" "$out"
