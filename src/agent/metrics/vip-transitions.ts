import type { AgentVip } from '../../model/agent-config.ts';
import type { VipMetrics } from '../../facts/agent-metrics.ts';

/**
 * What became of each VIP since the last look. A VIP is held when every address of it is on the host: while it moves, one may
 * come before the other, which is one transition and not two.
 *
 * | held before | addresses now | held | transitions |
 * |-------------|---------------|------|-------------|
 * | unknown     | any           | all  | 0           |
 * | no          | all           | yes  | + 1         |
 * | yes         | none          | no   | + 1         |
 * | any         | some          | same | -           |
 */
export function nextVips(
  before: readonly VipMetrics[] | undefined,
  { vips, here, at }: { readonly vips: readonly AgentVip[]; readonly here: ReadonlySet<string>; readonly at: number },
): readonly VipMetrics[] {
  return vips.map(({ name, addresses }) => {
    const was = before?.find(({ vip }) => vip === name);
    const found = addresses.filter((address) => here.has(address)).length;
    const all = found === addresses.length && found > 0;
    if (was === undefined) return { vip: name, held: all, transitions: 0, changedAt: undefined };
    const held = all ? true : found === 0 ? false : was.held;
    if (held === was.held) return was;
    return { vip: name, held, transitions: was.transitions + 1, changedAt: at };
  });
}
