#!/bin/sh
# Installs the npm packages when they are missing or not those of the lock file. Prints nothing when there is nothing to do.
set -eu
cd "$(dirname "$0")/.."
installed=node_modules/.evenkeel-installed-lock
if ! cmp -s package-lock.json "$installed"; then
  echo "installing the npm packages of package-lock.json"
  # Packages meant for newer Node.js versions run on the Node.js 24 that is installed here as one of them.
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$installed"
fi
