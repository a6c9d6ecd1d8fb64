import { quoteCommand } from '../base/shell-quote.ts';
import { healthHost } from '../model/health-record.ts';
import { failoverSettings, type Detection, type Tracker } from '../model/failover-settings.ts';
import type { Balancer, Model } from '../model/model.ts';
import { nginxWatchUnit } from '../model/state-files.ts';
import { execSetting, printUnit, remark, setting } from '../syntax/systemd-unit.ts';
import type { DesiredFile } from './desired-file.ts';
import { hostPaths, madeBy, scriptPath } from './host-paths.ts';
import { desiredFile } from './make-file.ts';
import { loopback } from './nginx-listen.ts';
import { nginxPidPath } from './nginx-paths.ts';
import { sharedSandbox } from './sandbox.ts';

/** The watch that finds a hung NGINX (docs/adr/0006-hung-nginx.md): its script and its unit. */
export function renderNginxWatch(model: Model, balancer: Balancer): readonly DesiredFile[] {
  const poll = pollOf(failoverSettings(model).trackers);
  return [
    desiredFile({
      host: balancer.name,
      path: scriptPath('nginx-watch'),
      content: watchScript(poll, askedName(model)),
      mode: 0o755,
      activates: 'nginx-watch',
      why: 'tells keepalived when NGINX hangs here, so that the VIPs leave',
    }),
    desiredFile({
      host: balancer.name,
      path: `/etc/systemd/system/${nginxWatchUnit}`,
      content: unit,
      activates: 'systemd-nginx-watch',
      why: 'asks NGINX, again and again, whether it answers',
    }),
  ];
}

type Poll = Extract<Detection, { kind: 'poll' }>;

function pollOf(trackers: readonly Tracker[]): Poll {
  const detection = trackers.find((tracker) => tracker.name === 'answers')?.detection;
  if (detection?.kind !== 'poll') throw new Error('the settings say nothing of a hung NGINX');
  return detection;
}

/** A name NGINX has a certificate for. Without any, its refusal of the handshake is the answer. */
function askedName(model: Model): string {
  return model.sites.flatMap((site) => site.names).find((name) => !name.startsWith('*')) ?? healthHost;
}

function watchScript({ intervalMs, timeoutMs, fall, rise }: Poll, name: string): string {
  return `#!/bin/sh
# nginx-watch: tells keepalived when NGINX hangs here: its processes are there, and none of them does anything. keepalived
# tracks ${hostPaths.nginxAnswers} with weight 0: 0 means NGINX answers, 1 means it hangs, and the VIPs leave this balancer.
# An NGINX that does not run at all is nginx-verdict's to tell. When this script ends, its last word stays.
set -u
answers=${hostPaths.nginxAnswers}
dead=${hostPaths.nginxVerdict}

# Beside it and then renamed, as nginx-verdict does.
say() {
  printf '%s\\n' "$1" >"$answers.$$" && mv -f "$answers.$$" "$answers" && echo "$2"
}

# A TLS handshake as clients make it, by the same sockets and workers, then a request that NGINX answers by itself.
ask() {
  curl -q --silent --output /dev/null --max-time ${timeoutMs / 1000} --insecure --http1.1 --noproxy '*' \\
    ${quoteCommand(['--resolve', `${name}:443:${loopback}`, '--header', `Host: ${healthHost}`, `https://${name}/`])}
}

# How often each process of NGINX gave up the processor. The same words twice: none of them ran in between.
turns() {
  master= workers=
  read -r master <${nginxPidPath}
  read -r workers <"/proc/$master/task/$master/children"
  for process in $master $workers; do
    while read -r key value; do
      case $key in *ctxt_switches:) printf '%s ' "$process" "$value" ;; esac
    done <"/proc/$process/status"
  done
}

# Whether connections wait in the queue of NGINX's socket (proc(5)): 0A is a listener, they stand first, and 01BB is 443.
waiting() {
  {
    read -r title
    while read -r number address peer state queues rest; do
      if [ "$state" != 0A ]; then return 1; fi
      case $address in *:01BB) if [ "\${queues#*:}" != 00000000 ]; then return 0; fi ;; esac
    done
  } </proc/net/tcp
  return 1
}

# Not in time. A busy NGINX does not count, and it would hang on the next balancer too: only one that stands still does.
not_in_time() {
  well=0
  now=$(turns 2>/dev/null)
  # Without this a filter on the loopback would look like an NGINX that hangs.
  if [ -z "$now" ] || ! waiting; then
    missed=0
  elif [ "$missed" -gt 0 ] && [ "$now" != "$before" ]; then
    missed=1
  else
    missed=$((missed + 1))
  fi
  before=$now
}

missed=0 well=0 before= told=0
read -r told <"$answers" || true
while :; do
  sleep ${intervalMs / 1000} &
  ask
  case $? in
    # An answer, a refused handshake or a closed connection: somebody is alive (curl(1), exit codes).
    0 | 35 | 52 | 56) missed=0 well=$((well + 1)) ;;
    28) not_in_time ;;
    # Nobody listens, or curl itself failed: nothing is known.
    *) missed=0 well=0 ;;
  esac
  runs=1 hangs=0
  read -r runs <"$dead" || true # tmpfiles writes no line end
  read -r hangs <"$answers" || true
  # The hooks of NGINX put the verdict back: these are other processes.
  if [ "$hangs" != "$told" ] || [ "$runs" != 0 ]; then missed=0; fi
  if [ "$hangs" = 0 ] && [ "$missed" -ge ${fall} ]; then
    say 1 'NGINX hangs: the VIPs leave'
  elif [ "$hangs" != 0 ] && { [ "$well" -ge ${rise} ] || [ "$runs" != 0 ]; }; then
    say 0 'NGINX no longer hangs'
  fi
  read -r told <"$answers" || true
  wait
done
`;
}

const unit = printUnit(
  [madeBy],
  [
    {
      name: 'Unit',
      entries: [
        setting('Description', 'evenkeel: finds an NGINX that hangs'),
        remark('Not BindsTo=: without the watch nothing moves, and without NGINX it says nothing.'),
        setting('After', 'nginx.service'),
        setting('StartLimitIntervalSec', '0'),
      ],
    },
    {
      name: 'Service',
      entries: [
        execSetting('ExecStart', { argv: [scriptPath('nginx-watch')], failure: 'fatal' }),
        setting('Restart', 'always'),
        setting('RestartSec', '1'),
        setting('TimeoutStopSec', '5'),
        setting('MemoryMax', '64M'),
        setting('TasksMax', '16'),
        remark('It reads /proc, asks its own computer, and writes one file that root owns.'),
        setting('CapabilityBoundingSet', ''),
        setting('ReadWritePaths', hostPaths.run),
        ...sharedSandbox,
        setting('PrivateDevices', 'yes'),
        setting('ProtectKernelTunables', 'yes'),
        setting('RestrictRealtime', 'yes'),
        setting('MemoryDenyWriteExecute', 'yes'),
        setting('RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6'),
        setting('IPAddressDeny', 'any'),
        setting('IPAddressAllow', 'localhost'),
        setting('SystemCallFilter', '@system-service'),
      ],
    },
    { name: 'Install', entries: [setting('WantedBy', 'multi-user.target')] },
  ],
);
