import { readSoaSerial } from '../syntax/zone-read.ts';

/** The serial in the SOA record of a zone file; undefined when there is none. */
export function zoneSerial(text: string): number | undefined {
  return readSoaSerial(text);
}
