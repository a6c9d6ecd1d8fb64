import type { Vip } from './model.ts';
import { vipTexts } from './vip-addresses.ts';

/** The script on every balancer that moves connections and claims (`handover`). */
export const handoverScript = '/usr/local/lib/evenkeel/handover';

/** For so many milliseconds, packets of connections to the VIP that the host does not know go to the other balancers. */
export function expectCommand(vip: Vip, deadlineMs: number): readonly [string, ...string[]] {
  return [handoverScript, 'expect', String(Math.max(1, Math.ceil(deadlineMs / 1000))), ...vipTexts(vip)];
}

/** Raises the host above all others for the VIP (1), or takes that back (0). */
export function claimCommand(vip: string, value: 0 | 1): readonly [string, ...string[]] {
  return [handoverScript, 'claim', vip, String(value)];
}
