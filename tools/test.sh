#!/bin/sh
# npm test: everything a fresh machine lacks, then every test. The last line counts them.
set -eu
here=$(dirname "$0")
sh "$here/setup.sh"
exec "$here/../node_modules/.bin/node" "$here/run-tests.ts" "$@"
