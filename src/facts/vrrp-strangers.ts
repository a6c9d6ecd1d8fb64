import { compareAddresses, parseAddress } from '../base/address.ts';
import { isObject, objectsOf, parseJson } from './fields.ts';

/**
 * Reads `nft -j list set inet evenkeel strangers` (libnftables-json(5)): the IPv4 addresses that spoke VRRP with a VRID of ours in the last ten
 * minutes and were not heard, sorted. Undefined when that is no such set: the table is not loaded, or is that of an older release.
 */
export function parseStrangers(text: string): readonly string[] | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const set = objectsOf(value['nftables']).find((entry) => isObject(entry['set']))?.['set'];
  if (!isObject(set)) return undefined;
  const elements: readonly unknown[] = Array.isArray(set['elem']) ? set['elem'] : [];
  return elements
    .flatMap((entry) => {
      // With a timeout each is `{"elem": {"val": ADDRESS, "expires": SECONDS}}`, otherwise the address alone.
      const inner = isObject(entry) ? entry['elem'] : entry;
      const address: unknown = isObject(inner) ? inner['val'] : inner;
      const parsed = typeof address === 'string' ? parseAddress(address) : undefined;
      return parsed === undefined ? [] : [parsed];
    })
    .toSorted(compareAddresses)
    .map((address) => address.text);
}
