/** Files on a balancer that decide whether it may hold VIPs; keepalived tracks both. `0` is well, anything else is not. */
export const stateFiles = {
  /** Written by the hooks of the NGINX unit. On a tmpfs: born `1` at every boot. */
  nginxVerdict: '/run/evenkeel/nginx',
  /** Written by a person, through `evenkeel drain`. Survives a reboot. */
  drain: '/var/lib/evenkeel/drain',
} as const;
