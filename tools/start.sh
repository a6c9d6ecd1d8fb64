#!/bin/sh
# npm start: everything a fresh machine lacks, then the reference system in the lab.
set -eu
here=$(dirname "$0")
sh "$here/setup.sh"
exec "$here/../bin/evenkeel" start -f "$here/../examples/devops.com/edge.yaml" "$@"
