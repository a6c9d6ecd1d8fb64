import { agentConfigPath } from '../model/agent-config.ts';
import { hostPaths, scriptPath } from './host-paths.ts';
import { desiredFile } from './make-file.ts';
import type { DesiredFile } from './desired-file.ts';

/**
 * The script with which the units of NGINX tell keepalived whether NGINX runs on this host. The same text everywhere.
 * An empty or missing file means "runs" to keepalived (trackers/track_file.c), so it is replaced, never truncated.
 */
export function renderVerdictScript(host: string): DesiredFile {
  return desiredFile({
    host,
    path: scriptPath('nginx-verdict'),
    content: verdictScript,
    mode: 0o755,
    activates: 'none',
    why: "tells keepalived whether NGINX runs here, so that NGINX's death moves the VIPs",
  });
}

const verdictScript = `#!/bin/sh
# nginx-verdict: tells keepalived whether NGINX runs here. keepalived tracks ${hostPaths.nginxVerdict} with weight 0:
# 0 means NGINX runs, 1 means it does not, and the VIPs leave this balancer within milliseconds.
#
#   nginx-verdict up                  NGINX has started (ExecStartPost, ExecReload)
#   nginx-verdict down [ADDRESS...]   NGINX stops or has ended (ExecStop, ExecStopPost); waits up to one second until
#                                     none of the addresses is on this host
#   nginx-verdict now                 asks systemd, and says what is true now
set -eu
file=${hostPaths.nginxVerdict}
answers=${hostPaths.nginxAnswers}
settling=${hostPaths.settling}

# Beside it and then renamed: keepalived takes an empty file for "NGINX runs".
say() {
  printf '%s\\n' "$1" >"$2.$$"
  mv -f "$2.$$" "$2"
}

holds_any() {
  for address in "$@"; do
    # Not on lo, where every balancer has every VIP: for connections that a move left here.
    if ip -oneline address show to "$address" | grep -qv '^[0-9]*: lo '; then return 0; fi
  done
  return 1
}

verdict=\${1-}
case $verdict in
  up)
    say 0 "$file"
    ;;
  down)
    say 1 "$file"
    # Without an agent nobody would end it.
    if [ -e ${agentConfigPath} ]; then say 1 "$settling"; fi
    # Dead, not hung: what the agent said of these processes ends with them.
    say 0 "$answers"
    shift
    tries=0
    while [ "$tries" -lt 50 ] && holds_any "$@"; do
      sleep 0.02
      tries=$((tries + 1))
    done
    ;;
  now)
    if systemctl is-active --quiet nginx.service; then say 0 "$file"; else say 1 "$file"; fi
    ;;
  *)
    echo 'usage: nginx-verdict up | down [ADDRESS...] | now' >&2
    exit 2
    ;;
esac
`;
