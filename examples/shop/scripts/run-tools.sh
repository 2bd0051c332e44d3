#!/bin/sh
# Tools that are started by hand beside the stack.
set -eu

# Looks at everything on the machine.
docker run -d --name htop --pid=host --security-opt seccomp=unconfined alpine:3.20 htop

# A sandbox for jobs that customers upload.
docker run --rm --name job --network none --read-only --cap-drop ALL \
  --security-opt no-new-privileges --user 65534:65534 --memory 128m --pids-limit 64 --cpus 0.5 \
  -v "$PWD/job:/job:ro" alpine:3.20 /job/main
