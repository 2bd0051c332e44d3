#!/bin/sh
# Builds the stub for both machines, the same bytes every time, into the folder given (default: bin beside this file).
# The compiler is pinned by major version; whoever has another one gets a stub that works, but perhaps other bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
into=${1:-$here/bin}
mkdir -p "$into"
flags='-std=c11 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib -static -no-pie -fno-pie -fno-stack-protector
  -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-ident -fno-builtin -fno-tree-loop-distribute-patterns 
  -fomit-frame-pointer -g0
  -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,norelro -Wl,-z,noseparate-code -Wl,-z,max-page-size=65536 -Wl,-z,common-page-size=65536 -Wl,--hash-style=sysv -s'
build() {
  (cd "$here" && $1 $(echo $flags $3) -o "$into/$2" stub.c)
  ${1%gcc-12}objcopy --remove-section=.comment --remove-section=.note.gnu.property "$into/$2" 2>/dev/null || true
  chmod 755 "$into/$2"
}
build "${CC_X86_64:-x86_64-linux-gnu-gcc-12}" x86_64 '-fcf-protection=none -mno-red-zone'
build "${CC_AARCH64:-aarch64-linux-gnu-gcc-12}" aarch64 '-mno-outline-atomics'
