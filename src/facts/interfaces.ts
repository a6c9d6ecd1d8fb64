import { parseAddress } from '../base/address.ts';
import { isObject, numberAt, objectsOf, parseJson, textAt } from './fields.ts';
import type { InterfaceFacts } from './host-facts.ts';

/**
 * Reads `ip -j addr` (iproute2). Interfaces keep their order; link-local addresses are kept. iproute2 prints empty
 * objects for what was filtered out: they are skipped.
 */
export function parseInterfaces(text: string): readonly InterfaceFacts[] {
  return objectsOf(parseJson(text)).flatMap((link) => {
    const name = textAt(link, 'ifname');
    if (name === '') return [];
    const flags = link['flags'];
    return [
      {
        name,
        mac: textAt(link, 'address'),
        up: Array.isArray(flags) && flags.includes('UP') && flags.includes('LOWER_UP'),
        mtu: numberAt(link, 'mtu'),
        addresses: objectsOf(link['addr_info']).flatMap(readAddress),
      },
    ];
  });
}

function readAddress(info: Readonly<Record<string, unknown>>): InterfaceFacts['addresses'] {
  if (!isObject(info)) return [];
  const address = parseAddress(textAt(info, 'local'));
  return address === undefined ? [] : [{ address: address.text, prefix: numberAt(info, 'prefixlen') }];
}
