/** Files on a balancer that decide whether it may hold VIPs; keepalived tracks each. `0` is well, anything else is not. */
export const stateFiles = {
  /** Written by the hooks of the NGINX unit. On a tmpfs: born `1` at every boot. */
  nginxVerdict: '/run/evenkeel/nginx',
  /** Written by the watch that asks NGINX (`nginx-watch`): not `0` while NGINX hangs. Born `0` at every boot. */
  nginxAnswers: '/run/evenkeel/answers',
  /** Written by a person, through `evenkeel drain`. Survives a reboot. */
  drain: '/var/lib/evenkeel/drain',
} as const;

/** The unit on a balancer that asks NGINX whether it answers, and writes `stateFiles.nginxAnswers`. */
export const nginxWatchUnit = 'evenkeel-nginx-watch.service';
