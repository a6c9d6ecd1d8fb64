/** One DNS label: letters, digits, `-` inside; up to 63 (RFC 1035 section 2.3.1, RFC 1123 section 2.1). */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
/** Labels that are no host names but stand in records: `_acme-challenge`, `_sip`. */
const recordLabel = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Whether the text is a DNS label. */
export function isLabel(text: string): boolean {
  return label.test(text);
}

/** Whether the text is a host name of at least one label, without final dot; up to 253 characters. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && text.split('.').every(isLabel);
}

/** Whether the text is a host name or `*.` and a host name. */
export function isSiteName(text: string): boolean {
  return isHostName(text.startsWith('*.') ? text.slice(2) : text);
}

/** Whether the text may own a record, relative to its zone: labels, with `_` allowed and `*` as the whole first one. */
export function isRecordName(text: string): boolean {
  const [first = '', ...rest] = text.split('.');
  return (
    text.length <= 253 && (first === '*' || recordLabel.test(first)) && rest.every((part) => recordLabel.test(part))
  );
}

/** Whether `name` is `zone` or below it. Both in lower case. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Whether a name of a certificate is for this name; `*` stands for one leftmost label (RFC 6125 section 6.4.3). */
export function certificateNameCovers(pattern: string, name: string): boolean {
  const covering = pattern.toLowerCase();
  const wanted = name.toLowerCase();
  if (covering === wanted) return true;
  const dot = wanted.indexOf('.');
  return covering.startsWith('*.') && !wanted.startsWith('*') && dot > 0 && covering.slice(1) === wanted.slice(dot);
}

/** The name relative to its zone: `@` for the zone itself. `name` must be within `zone`. */
export function relativeName(name: string, zone: string): string {
  return name === zone ? '@' : name.slice(0, -zone.length - 1);
}
