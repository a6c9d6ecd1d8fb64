import { isObject, parseJson, textsOf } from './fields.ts';

/**
 * Reads `grep -sH '' /var/lib/evenkeel/claim-*`, a line `PATH:VALUE` for each file: the VIPs that a person moved to this
 * balancer. A file that is missing, empty or `0` is no claim.
 */
export function parseClaims(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, vip, value = ''] = /\/claim-([^/:]+):(.*)$/.exec(line) ?? [];
    return vip === undefined || ['', '0'].includes(value.trim()) ? [] : [vip];
  });
}

/** Reads the agent's file of backends that a person drains: `web1:80`, or `web1` for all its ports. None when it can't be read. */
export function parseDrainedBackends(text: string): readonly string[] {
  const value = parseJson(text);
  return isObject(value) ? textsOf(value['drained']) : [];
}
