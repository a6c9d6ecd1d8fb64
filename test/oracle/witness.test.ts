import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { releases } from '../../src/base/release.ts';
import type { Release } from '../../src/base/release.ts';
import { ignoreEvents } from '../../src/base/event.ts';
import { runLocal } from '../../src/hosts/process.ts';
import { buildImage } from '../../src/lab/image.ts';
import { agentConfig } from '../../src/model/agent-config.ts';
import { exampleModel } from '../kit/example-model.ts';
import { fileAt, renderedHost } from '../kit/rendered-host.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-witness-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the balancers' hosts have of the rendered files. */
const files = [
  '/etc/keepalived/keepalived.conf',
  '/etc/tmpfiles.d/evenkeel.conf',
  '/usr/local/lib/evenkeel/agent-gone',
] as const;

/** Writes everything the script needs into the folder. */
function prepare(release: Release): void {
  const model = exampleModel();
  for (const host of [...model.balancers, ...model.nameservers]) {
    writeFileSync(join(folder, `${host.name}.json`), JSON.stringify(agentConfig(model, host)));
  }
  for (const { name } of model.balancers) {
    const host = renderedHost(model, release, name);
    for (const path of files) {
      const file = fileAt(host, path);
      writeFileSync(join(folder, `${name}${path.replaceAll('/', '_')}`), file.bytes, { mode: file.mode });
    }
  }
  writeFileSync(join(folder, 'key'), `${'0f'.repeat(32)}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'script'), script);
}

describe.each(releases)('keepalived of %s, two balancers and two witnesses', (release) => {
  it('have one holder of each VIP whatever is cut between them, and are as before when it is healed', async () => {
    prepare(release);
    const image = await buildImage(release, ignoreEvents);
    const main = resolve(import.meta.dirname, '../kit/witness-host-child.ts');
    const outcome = await runLocal({
      argv: [
        ...(['unshare', '--mount', '--net', '--pid', '--ipc', '--fork', '--kill-child', 'sh', '-eu'] as const),
        join(folder, 'script'),
        image,
        folder,
        process.execPath,
        main,
      ],
      timeoutMs: 240_000,
    });
    expect(`${outcome.stdout}${outcome.exitCode === 0 ? '' : outcome.stderr}`).toBe(`begin: vip1 lb1, vip2 lb2
cut from each other: vip1 lb1, vip2 lb2
healed: vip1 lb1, vip2 lb2
VRRP blocked: vip1 lb1, vip2 lb2
passes again: vip1 lb1, vip2 lb2
lb1 cut off: vip1 lb2, vip2 lb2
plugged in again: vip1 lb1, vip2 lb2
agent gone: vip1 lb1, vip2 lb2
`);
  });
});

/**
 * Everybody has a network namespace at one bridge, which is the gateway too; each balancer has an overlay of the image with keepalived and
 * arping of the release. Frames between two ports are dropped in the bridge. `until` polls for at most 20 s.
 */
const script = `
image=$1 folder=$2 node=$3 main=$4
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /mnt
ip link add br0 type bridge
ip address add 192.168.10.1/24 dev br0
ip link set br0 up
ip link set lo up
host() {
  ip netns add "$1"
  ip link add "p-$1" type veth peer name eth0 netns "$1"
  ip link set "p-$1" master br0 up
  ip -n "$1" link set lo up
  ip -n "$1" link set eth0 up
  ip -n "$1" address add "$2/24" dev eth0
}
host lb1 192.168.10.11
host lb2 192.168.10.12
host dns1 192.168.10.21
host dns2 192.168.10.22
for lb in lb1 lb2; do
  mkdir -p "/mnt/$lb/upper" "/mnt/$lb/work" "/mnt/$lb/root" "/mnt/$lb/bin"
  root=/mnt/$lb/root
  mount -t overlay overlay -o "lowerdir=$image,upperdir=/mnt/$lb/upper,workdir=/mnt/$lb/work" "$root"
  mount -t tmpfs tmpfs "$root/run"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  install -D "$folder/\${lb}_etc_keepalived_keepalived.conf" "$root/etc/keepalived/keepalived.conf"
  chmod 0644 "$root/etc/keepalived/keepalived.conf"
  install -D "$folder/\${lb}_etc_tmpfiles.d_evenkeel.conf" "$root/etc/tmpfiles.d/evenkeel.conf"
  install -D "$folder/\${lb}_usr_local_lib_evenkeel_agent-gone" "$root/usr/local/lib/evenkeel/agent-gone"
  chroot "$root" systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf
  echo 0 >"$root/run/evenkeel/nginx"
  printf '#!/bin/sh\\nexec chroot %s arping "$@"\\n' "$root" >"/mnt/$lb/bin/arping"
  chmod 0755 "/mnt/$lb/bin/arping"
  ip netns exec "$lb" chroot "$root" keepalived --dont-fork --vrrp --log-console >"/mnt/$lb/keepalived" 2>&1 &
done
agent() {
  PATH="/mnt/$1/bin:$PATH" ip netns exec "$1" "$node" "$main" "$folder/$1.json" "$folder/key" "/mnt/$1/root" \\
    >"/mnt/agent-$1" 2>"/mnt/agent-$1.log" &
}
for one in lb1 lb2 dns1 dns2; do agent "$one"; last=$!; [ "$one" != lb2 ] || lb2=$last; done

holders() {
  for lb in lb1 lb2; do [ -z "$(ip -n "$lb" -oneline address show dev eth0 to "$1")" ] || printf '%s ' "$lb"; done
}
verdict() { cat "/mnt/$1/root/run/evenkeel/$2"; }
# until WHAT CONDITION: waits for the shell condition
until_true() {
  tries=0
  until eval "$2"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 400 ]; then
      echo "$1: never $2; vip1 $(holders 192.168.10.100), vip2 $(holders 192.168.10.200)"
      tail -n 40 /mnt/lb?/keepalived /mnt/agent-*
      exit 1
    fi
    sleep 0.05
  done
}
# expect WHAT VIP1 VIP2: waits until exactly these hold them
expect() {
  until_true "$1" '[ "$(holders 192.168.10.100)" = "'"$2"' " ] && [ "$(holders 192.168.10.200)" = "'"$3"' " ]'
  echo "$1: vip1 $2, vip2 $3"
}
# cut RULE...: what the bridge does not pass on
cut() {
  { echo 'table bridge cut'; echo 'delete table bridge cut'
    echo 'table bridge cut {'
    echo 'chain forward { type filter hook forward priority 0; policy accept;'
    printf '%s\\n' "$@"
    echo '}'
    echo 'chain input { type filter hook input priority 0; policy accept;'
    for rule in "$@"; do case $rule in *oifname*) ;; *) echo "$rule" ;; esac; done
    echo '}'
    echo '}'; } | nft -f -
}
heal() { nft delete table bridge cut; }
pair='iifname { p-lb1, p-lb2 } oifname { p-lb1, p-lb2 }'

expect begin lb1 lb2
until_true 'all hear each other' 'grep -q "\\"heard\\":\\[\\"lb2\\",\\"dns1\\",\\"dns2\\"\\]" /mnt/agent-lb1 && grep -q "\\"heard\\":\\[\\"lb1\\",\\"dns1\\",\\"dns2\\"\\]" /mnt/agent-lb2'
cut "$pair drop"
until_true 'cut from each other' '[ "$(verdict lb2 yield-vip1)$(verdict lb1 yield-vip2)" = 11 ]'
expect 'cut from each other' lb1 lb2
grep -q '"announced":\\["vip1"\\]' /mnt/agent-lb1
heal
until_true healed '[ "$(verdict lb2 yield-vip1)$(verdict lb1 yield-vip2)" = 00 ]'
expect healed lb1 lb2
cut "$pair ether type ip ip protocol 112 drop"
until_true 'VRRP blocked' '[ "$(verdict lb2 yield-vip1)$(verdict lb1 yield-vip2)" = 11 ]'
expect 'VRRP blocked' lb1 lb2
grep -q 'VRRP between here and lb1 is blocked' /mnt/agent-lb2
heal
until_true 'passes again' '[ "$(verdict lb2 yield-vip1)$(verdict lb1 yield-vip2)" = 00 ]'
expect 'passes again' lb1 lb2
cut 'iifname p-lb1 drop' 'iifname != p-lb1 oifname p-lb1 drop'
until_true 'lb1 cut off' '[ "$(verdict lb1 isolate)" = 1 ]'
expect 'lb1 cut off' lb2 lb2
heal
until_true 'plugged in again' '[ "$(verdict lb1 isolate)" = 0 ]'
expect 'plugged in again' lb1 lb2
cut "$pair drop"
until_true 'agent gone' '[ "$(verdict lb2 yield-vip1)" = 1 ]'
kill "$lb2"
wait "$lb2" || true
[ "$(verdict lb2 yield-vip1)" = 1 ]
ip netns exec lb2 chroot /mnt/lb2/root /usr/local/lib/evenkeel/agent-gone
[ "$(verdict lb2 yield-vip1)$(verdict lb2 isolate)" = 00 ]
heal
expect 'agent gone' lb1 lb2
`;
