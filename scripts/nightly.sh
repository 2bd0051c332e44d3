#!/usr/bin/env bash
# The long runs: the model against this kernel and against those named, every example on the kernel, the mutation check, the soak.
#   scripts/nightly.sh FOLDER [KERNEL…]      logs go into the folder; a run that was ended goes on where it was
set -uo pipefail
cd "$(dirname "$0")/.."
folder=${1:?usage: scripts/nightly.sh FOLDER [KERNEL…]}
shift
mkdir -p "$folder"
seed=${SEED:-20261124}
failed=0

run() { # run NAME COMMAND…: its output into the folder, its outcome on a line
  local name=$1
  shift
  if "$@" >"$folder/$name.txt" 2>"$folder/$name.err"; then echo "$name: passed"; else
    failed=1
    echo "$name: FAILED, see $folder/$name.txt and .err"
  fi
}
agreement() { node dist/cofferdam.js lab agreement --seed "$seed" "$@"; }

run agreement-embedded agreement --samples 2000 --log "$folder/embedded.jsonl"
run agreement-runc agreement --samples 300 --runtime runc --log "$folder/runc.jsonl"
for kernel in "$@"; do
  name=$(basename "$kernel")
  run "agreement-$name" agreement --samples 100 --kernel "$kernel" --log "$folder/$name.jsonl"
done
run examples npx tsx scripts/examples-on-kernel.ts
run mutants npx tsx scripts/mutate-model.ts --seed "$seed" --folder "$folder/mutants"
run soak npx tsx scripts/soak.ts 100 100 "$seed"
exit $failed
