import { poolsSocketFolder } from '../model/pools-document.ts';

/**
 * The programs apply runs on hosts. All are constants for `sh` (dash): data comes in as arguments or on standard input
 * and is never evaluated.
 */

/** Seconds without a sign of life after which a lock may be taken over. Holders renew it every 20 s and before each step. */
export const lockLifetime = 90;

/** Exit code of `lockScript` when somebody else holds the lock. */
export const lockTaken = 75;

/**
 * `TOKEN HOLDER LIFETIME DEAD`: takes or renews the lock of this host. Prints the seconds since the holder's last sign
 * of life, its token and its description, and ends with 75, when another token holds it that is neither DEAD nor too
 * old. Time is the host's uptime, so that a step of the clock changes nothing; the lock is gone after a reboot.
 */
export const lockScript = `
set -eu
mkdir -p /run/evenkeel
exec 9>>/run/evenkeel/apply.guard
flock 9
file=/run/evenkeel/apply.lock
read -r now rest </proc/uptime
now=\${now%.*}
if [ -e "$file" ]; then
  { read -r token; read -r seen; read -r holder; } <"$file"
  age=$((now - seen))
  if [ "$token" != "$1" ] && [ "$token" != "$4" ] && [ "$age" -lt "$3" ]; then
    printf '%s\\n%s\\n%s\\n' "$age" "$token" "$holder"
    exit ${lockTaken}
  fi
fi
printf '%s\\n%s\\n%s\\n' "$1" "$now" "$2" >"$file.new"
mv "$file.new" "$file"
`;

/** `TOKEN`: gives the lock back, if it is ours. */
export const unlockScript = `
set -eu
file=/run/evenkeel/apply.lock
[ -e "$file" ] || exit 0
exec 9>>/run/evenkeel/apply.guard
flock 9
read -r token <"$file" || exit 0
if [ "$token" = "$1" ]; then rm -f "$file"; fi
`;

/**
 * `PACKAGE...`: installs by apt without starting any daemon (policy-rc.d, invoke-rc.d(8)): they start when their
 * configuration is there. What apt says goes to a file first: a lost connection must not kill dpkg by a closed pipe.
 * A dpkg that was interrupted before is finished first. Only when apt does not know a package, or its lists are too
 * old, are they fetched.
 */
export const installScript = `
set -u
state=/var/lib/evenkeel
policy=/usr/sbin/policy-rc.d
mark='# made by evenkeel for the time of an installation'
mkdir -p "$state"
if [ ! -e "$policy" ] || grep -qF "$mark" "$policy"; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\n%s\\nexit 101\\n' "$mark" >"$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
apt() {
  apt-get --quiet --yes --option=DPkg::Lock::Timeout=300 --option=Dpkg::Options::=--force-confold "$@"
}
install() {
  apt install --no-install-recommends --no-upgrade -- "$@"
}
{
  dpkg --configure -a
  install "$@" || { apt update && install "$@"; }
} >"$state/install.log" 2>&1 </dev/null
code=$?
tail -c 6000 "$state/install.log"
exit $code
`;

/** Exit codes of `installProgramScript`: the disk is full (as ENOSPC); what came is not what was sent. */
export const programDiskFull = 28;
export const programBroken = 3;

/**
 * `PATH HASH`, the program as gzip on standard input: unpacked beside its path, brought to the disk, and renamed only if its
 * SHA-256 is right.
 */
export const installProgramScript = `
set -u
path=$1 hash=$2
directory=\${path%/*}
stage=$directory/.\${path##*/}.evenkeel-new
mkdir -p "$directory"
trap 'rm -f "$stage"' EXIT
if ! gzip -dc >"$stage"; then
  read -r blocks <<END
$(df --output=avail -k "$directory" | tail -n 1)
END
  [ "$blocks" -gt 1024 ] || exit ${programDiskFull}
  exit ${programBroken}
fi
[ "$(sha256sum <"$stage" | cut -d ' ' -f 1)" = "$hash" ] || exit ${programBroken}
chown root:root "$stage" && chmod 755 "$stage" && sync -f "$stage" && mv -f "$stage" "$path" && sync -f "$directory"
`;

/**
 * `COMMAND...`: runs it with the staged files over /etc, in a mount namespace of its own (`unshare --mount`), so that
 * a daemon reads what will be there while nobody else sees it. /etc is copied to a tmpfs: an overlay can't be stacked
 * on every file system.
 */
export const stagedScript = `
set -eu
staging=/var/lib/evenkeel/staging
mkdir -p "$staging/etc"
mount -t tmpfs -o mode=755 evenkeel "$staging/etc"
cp -a /etc/. "$staging/etc/"
if [ -d "$staging/files/etc" ]; then cp -a "$staging/files/etc/." "$staging/etc/"; fi
while IFS= read -r path; do
  case $path in /etc/*) rm -f "$staging/etc/\${path#/etc/}" ;; esac
done <"$staging/removed"
mount --bind "$staging/etc" /etc
# NGINX binds its sockets even when it only looks at its files, so the directory of its own one must be there.
systemd-tmpfiles --create --prefix=${poolsSocketFolder} >/dev/null 2>&1 || true
exec "$@"
`;

/**
 * Reloads NGINX and waits until its master has made new workers: it answers a reload at once and keeps the old ones
 * when it can't use the new configuration (ngx_master_process_cycle), for example because a port is taken.
 */
export const reloadNginxScript = `
set -u
pid=$(systemctl show --property=MainPID --value nginx.service)
children=/proc/$pid/task/$pid/children
before=
[ -r "$children" ] && before=$(cat "$children")
systemctl reload nginx.service || exit 1
[ -r "$children" ] || exit 0
tries=0
while [ $tries -lt 100 ]; do
  for child in $(cat "$children"); do
    case " $before " in *" $child "*) ;; *) exit 0 ;; esac
  done
  tries=$((tries + 1))
  sleep 0.05
done
echo 'NGINX made no new workers within 5 s, so it still runs the old configuration' >&2
tail -n 5 /var/log/nginx/error.log >&2
exit 1
`;
