#!/bin/sh
# npm start: everything a fresh machine lacks, then the reference system in the lab. `npm start -- -f FILE` takes another edge.
set -eu
here=$(dirname "$0")
sh "$here/setup.sh"
cd "$here/.."
for word; do
  case $word in -f | --file | --file=* | -h | --help) exec bin/evenkeel start "$@" ;; esac
done
exec bin/evenkeel start -f examples/devops.com/edge.yaml "$@"
