import type { DesiredFile } from './desired-file.ts';
import { hostPaths, scriptPath } from './host-paths.ts';
import { desiredFile } from './make-file.ts';

/** The scripts of a nameserver; the same text on each. All run as user pdns, or become it. */
export function renderZoneScripts(host: string): readonly DesiredFile[] {
  return [
    desiredFile({
      host,
      path: scriptPath('zone-database'),
      content: zoneDatabase,
      mode: 0o755,
      activates: 'none',
      why: "makes PowerDNS's database when it is missing",
    }),
    desiredFile({
      host,
      path: scriptPath('load-zone'),
      content: loadZone,
      mode: 0o755,
      activates: 'none',
      why: 'puts a zone file into PowerDNS, or refuses it and keeps the old zone',
    }),
    desiredFile({
      host,
      path: scriptPath('warm-dns'),
      content: warmDns,
      mode: 0o755,
      activates: 'none',
      why: 'starts the health checks of the VIPs with PowerDNS instead of with the first client',
    }),
  ];
}

const schema = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';

const zoneDatabase = `#!/bin/sh
# zone-database: makes PowerDNS's database when it is missing (first start, lost disk) and fills it from
# ${hostPaths.zones}. Does nothing when there is one.
set -eu
if [ "$(id -un)" != pdns ]; then exec runuser -u pdns -- "$0"; fi
database=${hostPaths.zoneDatabase}
if [ -s "$database" ]; then exit 0; fi
umask 027
scratch=$(mktemp -d "$database.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
printf '%s\\n' launch=gsqlite3 "gsqlite3-database=$scratch/new" gsqlite3-dnssec=yes >"$scratch/pdns.conf"
sqlite3 "$scratch/new" <${schema}
for file in ${hostPaths.zones}/*.zone; do
  if [ ! -e "$file" ]; then continue; fi
  zone=$(basename "$file" .zone)
  { pdnsutil --config-dir="$scratch" load-zone "$zone" "$file" && pdnsutil --config-dir="$scratch" rectify-zone "$zone"; } ||
    echo "zone-database: PowerDNS does not take $file; left out" >&2
done
# Never over a database that someone else has made meanwhile.
ln "$scratch/new" "$database" || [ -s "$database" ]
`;

const loadZone = `#!/bin/sh
# load-zone ZONE FILE: puts a zone file into PowerDNS.
# Ends with 1, and with the zone that was there before, when PowerDNS can't read the file, its check-zone finds an error,
# or (if PowerDNS runs) it does not answer with the file's serial and at least one address for each health-aware record.
set -eu
if [ "$#" -ne 2 ]; then
  echo 'usage: load-zone ZONE FILE' >&2
  exit 2
fi
if [ "$(id -un)" != pdns ]; then exec runuser -u pdns -- "$0" "$@"; fi
zone=$1
file=$2
umask 027
refuse() {
  echo "load-zone: $zone: $1" >&2
  exit 1
}

# First in a database of its own: what is refused here has never been served. Two small configurations, for with the
# daemon's own pdnsutil logs each connection.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
use() {
  mkdir "$scratch/$1"
  printf '%s\\n' launch=gsqlite3 "gsqlite3-database=$2" gsqlite3-dnssec=yes enable-lua-records=yes >"$scratch/$1/pdns.conf"
}
in_trial() { pdnsutil --config-dir="$scratch/trial" "$@"; }
in_place() { pdnsutil --config-dir="$scratch/place" "$@"; }
use trial "$scratch/trial.sqlite3"
use place ${hostPaths.zoneDatabase}
sqlite3 "$scratch/trial.sqlite3" <${schema}
in_trial load-zone "$zone" "$file" || refuse "PowerDNS can't read $file"
# Marks delegations as such; check-zone takes one that is not marked for an error.
in_trial rectify-zone "$zone" >/dev/null || refuse "PowerDNS can't put $file in order"
in_trial check-zone "$zone" || refuse "check-zone refuses $file"
in_trial list-zone "$zone" >"$scratch/new.zone"
serial=$(awk '$4 == "SOA" { print $7 }' "$scratch/new.zone")

${scriptPath('zone-database')}
old=
if in_place list-zone "$zone" >"$scratch/old.zone" 2>/dev/null; then old="$scratch/old.zone"; fi

is_running() { pdns_control rping >/dev/null 2>&1; }
activate() {
  in_place load-zone "$zone" "$1" || return 1
  in_place rectify-zone "$zone" || return 1
  if is_running; then pdns_control purge "$zone\\$" >/dev/null; fi
}
go_back() {
  if [ -n "$old" ]; then
    activate "$old" || echo "load-zone: $zone: the old zone could not be put back" >&2
  else
    in_place delete-zone "$zone" || true
    if is_running; then pdns_control purge "$zone\\$" >/dev/null; fi
  fi
}

# One LUA record of each content is asked for: records of one content succeed or fail together.
answers() {
  address=$(sed -n 's/^local-address=\\([^, ]*\\).*/\\1/p' /etc/powerdns/pdns.conf)
  found=$(dig +short +norecurse +time=1 +tries=1 "@$address" "$zone" SOA | awk '{ print $3 }')
  if [ "$found" != "$serial" ]; then
    echo "load-zone: $zone: answers serial \${found:-none}, not $serial" >&2
    return 1
  fi
  awk '$4 == "LUA" { content = $0; sub(/^.*\\tLUA\\t/, "", content); if (!seen[content]++) print $1, $5 }' \\
    "$scratch/new.zone" >"$scratch/questions"
  while read -r name type; do
    if ! dig +short +norecurse +time=1 +tries=1 "@$address" "$name" "$type" </dev/null | grep -q '^[0-9a-fA-F:.]*$'; then
      echo "load-zone: $zone: no address for $name $type" >&2
      return 1
    fi
  done <"$scratch/questions"
}

if ! activate "$file"; then
  go_back
  refuse 'PowerDNS did not take it; it has what it had before'
fi
if ! is_running; then
  echo "load-zone: $zone: loaded with serial $serial; PowerDNS does not run, so it was not asked"
  exit 0
fi
if ! answers; then
  go_back
  refuse 'it does not answer as it should; PowerDNS has what it had before'
fi
echo "load-zone: $zone: answers with serial $serial"
`;

const warmDns = `#!/bin/sh
# warm-dns: asks PowerDNS once for a health-aware record of each content. PowerDNS checks an address only after the first
# query for it (documented for ifurlup), and until that check is over it answers unchecked: better to us than to a client.
set -eu
address=$(sed -n 's/^local-address=\\([^, ]*\\).*/\\1/p' /etc/powerdns/pdns.conf)
ask() { dig +short +norecurse +time=1 +tries=1 "@$address" "$@" </dev/null; }
for zone in $(pdnsutil list-all-zones 2>/dev/null); do
  tries=0
  until [ -n "$(ask "$zone" SOA)" ] || [ "$tries" -ge 20 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  pdnsutil list-zone "$zone" 2>/dev/null |
    awk '$4 == "LUA" { content = $0; sub(/^.*\\tLUA\\t/, "", content); if (!seen[content]++) print $1, $5 }' |
    while read -r name type; do ask "$name" "$type" >/dev/null || true; done
done
`;
