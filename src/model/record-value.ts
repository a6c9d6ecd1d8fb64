import { parseAddress } from '../base/address.ts';
import { isRecordName } from '../base/dns-name.ts';
import type { RecordSpec } from '../spec/spec.ts';

/** What is wrong with a record's value, and how to mend it. */
export interface ValueFault {
  readonly message: string;
  readonly fix: string;
}

/** Checks the value of a record by its type; undefined when it is right. Names end in a dot or are relative to the zone. */
export function checkRecordValue({ type, value }: RecordSpec): ValueFault | undefined {
  // oxlint-disable-next-line no-control-regex -- a line break would begin another record
  if (/[\u0000-\u001f\u007f]/.test(value))
    return fault(`the value holds a line break or control character`, 'write it on one line');
  switch (type) {
    case 'A':
      return checkAddress(value, 4);
    case 'AAAA':
      return checkAddress(value, 6);
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return checkTarget(value);
    case 'MX':
      return checkFields(value, ['preference'], '10 mail.example.com.');
    case 'SRV':
      return checkFields(value, ['priority', 'weight', 'port'], '10 50 443 www.example.com.');
    case 'CAA':
      return checkCaa(value);
    case 'TXT':
      return checkText(value);
  }
}

/** The name that a CNAME, NS, PTR, MX or SRV points at, relative to the zone when it is inside; undefined for other types. */
export function recordTarget({ type, value }: RecordSpec, zone: string): string | undefined {
  if (type === 'A' || type === 'AAAA' || type === 'TXT' || type === 'CAA') return undefined;
  const target = (value.split(/\s+/).at(-1) ?? '').toLowerCase();
  if (!target.endsWith('.')) return target;
  const absolute = target.slice(0, -1);
  if (absolute === zone) return '@';
  return absolute.endsWith(`.${zone}`) ? absolute.slice(0, -zone.length - 1) : target;
}

function checkAddress(value: string, family: 4 | 6): ValueFault | undefined {
  const address = parseAddress(value);
  if (address?.family === family) return undefined;
  if (address === undefined) {
    return fault(
      `\`${value}\` is no IPv${family} address`,
      `write for example \`${family === 4 ? '192.0.2.1' : '2001:db8::1'}\``,
    );
  }
  return fault(
    `\`${value}\` is an IPv${address.family} address`,
    `write \`type: ${address.family === 4 ? 'A' : 'AAAA'}\`, or an IPv${family} address`,
  );
}

function checkTarget(value: string): ValueFault | undefined {
  const bare = value.replace(/\.$/, '');
  if (parseAddress(value) !== undefined) {
    return fault(`\`${value}\` is an address; this type takes a name`, 'use `type: A` or `AAAA` for an address');
  }
  if (value === '@') return undefined;
  if (!isRecordName(bare) || bare.startsWith('*')) {
    return fault(
      `\`${value}\` is no name`,
      'write a name with a final dot, `www.example.com.`, or one label of this zone',
    );
  }
  // In a zone file a name without final dot is continued with the zone, which is hardly ever meant when it has dots.
  if (!value.endsWith('.') && value.includes('.')) {
    return fault(
      `\`${value}\` has dots but no final dot: would it be inside this zone?`,
      `write the full name with a final dot: \`${value}.\``,
    );
  }
  return undefined;
}

function checkFields(value: string, fields: readonly string[], example: string): ValueFault | undefined {
  const parts = value.split(' ');
  if (parts.length !== fields.length + 1) {
    return fault(
      `\`${value}\` does not have the parts ${[...fields, 'target'].join(', ')}`,
      `write for example \`${example}\``,
    );
  }
  for (const [index, field] of fields.entries()) {
    const part = parts[index] ?? '';
    if (!/^\d{1,5}$/.test(part) || Number(part) > 65535) {
      return fault(`the ${field} \`${part}\` is no number from 0 to 65535`, `write for example \`${example}\``);
    }
  }
  const target = parts.at(-1) ?? '';
  // A single dot says "no such service" (RFC 7505, RFC 2782).
  return target === '.' ? undefined : checkTarget(target);
}

function checkCaa(value: string): ValueFault | undefined {
  const match = /^(\d{1,3}) ([a-z0-9]{1,15}) "([^"\\]*)"$/i.exec(value);
  if (match !== null && Number(match[1]) <= 255) return undefined;
  return fault(
    `\`${value}\` is no CAA value (RFC 8659)`,
    'write flags, tag and quoted value: `0 issue "letsencrypt.org"`',
  );
}

function checkText(value: string): ValueFault | undefined {
  if (value.startsWith('"')) {
    return fault(
      'the text begins with a quote',
      'write the text itself; quotes and parts of 255 octets are made from it',
    );
  }
  const octets = new TextEncoder().encode(value).length;
  if (octets > 4000) return fault(`the text has ${octets} octets; at most 4000 fit`, 'shorten it');
  return undefined;
}

function fault(message: string, fix: string): ValueFault {
  return { message, fix };
}

/** Whether a text may stand as the name of a record: `@`, labels, `*` in front. */
export function isOwnerName(text: string): boolean {
  return text === '@' || isRecordName(text);
}

/** A name as a reader may have meant it, when it was written in full: relative to the zone. */
export function relativeOwner(text: string, zone: string): string | undefined {
  const bare = text.toLowerCase().replace(/\.$/, '');
  if (bare === zone) return '@';
  return bare.endsWith(`.${zone}`) ? bare.slice(0, -zone.length - 1) : undefined;
}
