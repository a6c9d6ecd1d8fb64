/**
 * The serial in the SOA record of a zone file (RFC 1035 5.1), on one line or in brackets over several; comments are
 * skipped. Undefined when there is no SOA.
 */
export function zoneSerial(text: string): number | undefined {
  const plain = text.replace(/;[^\n]*/g, '').replace(/[()]/g, ' ');
  const serial = /\sSOA\s+\S+\s+\S+\s+(\d{1,10})\s/i.exec(`${plain} `)?.[1];
  return serial === undefined ? undefined : Number(serial);
}
