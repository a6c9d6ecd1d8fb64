/** Files on a balancer that decide whether it may hold VIPs. `0` is well, anything else is not. */
export const stateFiles = {
  /** Written by the hooks of the NGINX unit. On a tmpfs: born `1` at every boot. */
  nginxVerdict: '/run/evenkeel/nginx',
  /** Written by the agent, which asks NGINX: not `0` while NGINX hangs. Born `0` at every boot. */
  nginxAnswers: '/run/evenkeel/answers',
  /**
   * Written by the agent: not `0` while this balancer reaches no backend and another one does. Born `0` at every boot. keepalived does not
   * read it: a blind balancer settles, so it still serves when nobody else can.
   */
  blind: '/run/evenkeel/blind',
  /** Written by a person, through `evenkeel drain`. Survives a reboot. */
  drain: '/var/lib/evenkeel/drain',
  /**
   * Not `0` while this balancer has just returned: its priorities are lowered, so that it takes a VIP only when nobody else can. Born `1` at
   * every boot, `1` when NGINX ends or the balancer is cut off or blind, `0` by the agent once the balancer was well for a while.
   */
  settling: '/run/evenkeel/settling',
  /** What the agent believes of backends, and which of them a person drains; for the agent alone. */
  backends: '/var/lib/evenkeel/backends.json',
  drainedBackends: '/var/lib/evenkeel/drained-backends.json',
  /** When the balancer returned, for the agent alone. */
  returns: '/var/lib/evenkeel/returns.json',
  /** The boot in the last messages of this host to the witnesses, for the agent alone; on nameservers too. */
  witnessBoot: '/var/lib/evenkeel/witness-boot',
} as const;

/**
 * By how much `settling` lowers a balancer's priority for a VIP: below every balancer that is in service, also from a claim, and
 * those that settle keep their order.
 */
export function settlingWeight(claims: readonly { readonly priority: number }[]): number {
  return claimedPriority - Math.min(...claims.map(({ priority }) => priority)) + 1;
}

/**
 * On a balancer: `1` while a person has moved this VIP there. keepalived adds `claimOver` to its priority for it, so what a claim is
 * worth is said with the priorities, and changes with them. Survives a reboot.
 */
export function claimFile(vip: string): string {
  return `/var/lib/evenkeel/claim-${vip}`;
}

/** The priority of a balancer to which a VIP was moved: above every priority that is dealt, below 255, which is the owner's (RFC 9568). */
export const claimedPriority = 254;

/** What a claim adds to this base priority: never 0, which would be FAULT to keepalived. */
export function claimOver(priority: number): number {
  return Math.max(1, claimedPriority - priority);
}

/** Where NGINX's master writes its process id: where Debian's unit looks for it. */
export const nginxPidPath = '/run/nginx.pid';

/** Port of NGINX's server for programs on its own host, on loopback: `stub_status`, and whether it is up. */
export const nginxStatusPort = 8079;
