import { isAtLeast } from '../base/version.ts';
import type { ChangeClass } from './plan.ts';

/** What peers must agree on in one VRRP instance, and its priority. */
interface Instance {
  readonly vrid: string;
  readonly sameOnAll: string;
  readonly addresses: string;
  readonly priority: string;
}

/** What reloading keepalived with a new configuration costs, and whether its peers must follow at once. */
export interface VrrpChange {
  readonly class: ChangeClass;
  readonly together: boolean;
}

/**
 * Compares two keepalived configurations as its reload does (measured on 2.2.7 and 2.3.3).
 *
 * | change                                         | 2.2.7                       | 2.3.3    |
 * |------------------------------------------------|-----------------------------|----------|
 * | VRID, interface, source address, unicast, version | two holders until the peer follows | same |
 * | list of virtual_ipaddress                      | two holders until the peer follows | hitless |
 * | priority                                       | the VIP may move            | same     |
 * | an instance goes                               | its VIP moves               | same     |
 * | anything else                                  | hitless                     | hitless  |
 */
export function vrrpChange(before: string, after: string, keepalived: string): VrrpChange {
  // Before 2.3.0 an advert with another number of addresses is dropped (af103930).
  const listMustMatch = !isAtLeast(keepalived, '2.3.0');
  const old = readInstances(before);
  const fresh = new Map(readInstances(after).map((instance) => [instance.vrid, instance]));
  let change: VrrpChange = { class: 'hitless', together: false };
  for (const instance of old) {
    const next = fresh.get(instance.vrid);
    if (next === undefined) {
      change = { class: 'disruptive', together: true };
    } else if (next.sameOnAll !== instance.sameOnAll || (next.addresses !== instance.addresses && listMustMatch)) {
      change = { class: 'disruptive', together: true };
    } else if (next.priority !== instance.priority && !change.together) {
      change = { class: 'moves-vip', together: false };
    }
  }
  return change;
}

function readInstances(text: string): readonly Instance[] {
  const plain = text.replace(/[!#][^\n]*/g, '');
  const version = /^\s*vrrp_version\s+(\S+)/m.exec(plain)?.[1] ?? '';
  return [...plain.matchAll(/^\s*vrrp_instance\s+\S+\s*\{/gm)].map((match) => {
    const body = blockAt(plain, match.index + match[0].length);
    const value = (key: string): string => new RegExp(`^\\s*${key}\\s+(\\S+)`, 'm').exec(body)?.[1] ?? '';
    return {
      vrid: value('virtual_router_id'),
      sameOnAll: [version, value('interface'), value('unicast_src_ip'), /\bunicast_peer\b/.test(body)].join(' '),
      addresses: listOf(body, 'virtual_ipaddress'),
      priority: value('priority'),
    };
  });
}

function listOf(body: string, key: string): string {
  const start = new RegExp(`^\\s*${key}\\s*\\{`, 'm').exec(body);
  if (start === null) return '';
  const lines = blockAt(body, start.index + start[0].length).split('\n');
  return lines
    .map((line) => line.trim().split(/[\s/]/)[0] ?? '')
    .filter((word) => word !== '')
    .sort()
    .join(' ');
}

/** The text from `start` to the bracket that closes the block it lies in. */
function blockAt(text: string, start: number): string {
  let depth = 1;
  for (let index = start; index < text.length; index++) {
    if (text[index] === '{') depth++;
    if (text[index] === '}') depth--;
    if (depth === 0) return text.slice(start, index);
  }
  return text.slice(start);
}
