import { parseAddress, parseNetwork } from '../base/address.ts';
import { isHostName, isSiteName } from '../base/dns-name.ts';
import { parseDuration } from '../base/duration.ts';
import { parseShare } from '../base/share.ts';
import { parseSize } from '../base/size.ts';
import type { DiagnosticCode } from './diagnostic-catalogue.ts';

/** A kind of text in an edge file: what it must look like and what is said when it does not. */
export interface TextKind {
  readonly code: DiagnosticCode;
  /** `a duration`: completes "X is not ...". */
  readonly noun: string;
  readonly example: string;
  /** For editors; the test below decides. */
  readonly pattern?: string;
  readonly accepts: (text: string) => boolean;
  /** A fix that looks at what was written; undefined: the general one with the example. */
  readonly suggest?: (text: string) => string | undefined;
}

const namePattern = '^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$';
/** No `@`: keepalived reads it as a condition (lib/parser.c). */
const interfacePattern = '^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$';
/** A token (RFC 9110, section 5.6.2). */
const headerNamePattern = "^[A-Za-z0-9!#$%&'*+.^_|~-]{1,100}$";
/** A dot-string before the `@` (RFC 5321, section 4.1.2): nothing that would need quotes, nothing that ends a command. */
const mailAddressPattern = "^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@[A-Za-z0-9.-]+$";
const edgeNamePattern = '^[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?$';

function matches(pattern: string): (text: string) => boolean {
  const expression = new RegExp(pattern, 'u');
  return (text) => expression.test(text);
}

function suggestName(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  return matches(namePattern)(name) ? `write \`${name}\`` : undefined;
}

/** Every kind of text, by its name. */
export const textKinds = {
  name: {
    code: 'EK205',
    noun: 'a name (a lower-case letter, then letters, digits and `-`, at most 63)',
    example: 'lb1',
    pattern: namePattern,
    accepts: matches(namePattern),
    suggest: suggestName,
  },
  edgeName: {
    code: 'EK205',
    noun: 'a name for an edge (a lower-case letter, then letters, digits and `-`, at most 31)',
    example: 'shop',
    pattern: edgeNamePattern,
    accepts: matches(edgeNamePattern),
    suggest: suggestName,
  },
  siteKey: {
    code: 'EK205',
    noun: 'a name for a site (a host name, or letters, digits, `-` and `_`)',
    example: 'www.example.com',
    accepts: (text: string) => isSiteName(text) || /^[a-z0-9_-]{1,63}$/i.test(text),
    suggest: suggestHostName,
  },
  duration: {
    code: 'EK207',
    noun: 'a duration',
    example: '5s',
    pattern: String.raw`^\d+(?:\.\d+)?(?:ms|s|m|h|d)$`,
    accepts: (text: string) => {
      const ms = parseDuration(text);
      return ms !== undefined && ms > 0 && ms <= 86_400_000;
    },
    suggest: suggestDuration,
  },
  size: {
    code: 'EK208',
    noun: 'a size from 1k to 10g',
    example: '32m',
    pattern: String.raw`^\d{1,9}[kmgKMG]$`,
    accepts: (text: string) => {
      const bytes = parseSize(text);
      return bytes !== undefined && bytes >= 1024 && bytes <= 10 * 1024 ** 3;
    },
    suggest: suggestSize,
  },
  share: {
    code: 'EK214',
    noun: 'a share from 50% to 99.999%',
    example: '99.9%',
    pattern: String.raw`^\d{2}(?:\.\d{1,3})?%$`,
    accepts: (text: string) => parseShare(text) !== undefined,
    suggest: suggestShare,
  },
  address: {
    code: 'EK209',
    noun: 'an IPv4 or IPv6 address',
    example: '192.168.10.11',
    accepts: (text: string) => parseAddress(text) !== undefined,
    suggest: suggestAddress,
  },
  ipv4Network: {
    code: 'EK210',
    noun: 'an IPv4 network',
    example: '192.168.10.0/24',
    accepts: (text: string) => isNetworkOf(text, 4),
    suggest: suggestNetwork,
  },
  ipv6Network: {
    code: 'EK210',
    noun: 'an IPv6 network',
    example: 'fd00:10::/64',
    accepts: (text: string) => isNetworkOf(text, 6),
    suggest: suggestNetwork,
  },
  interface: {
    code: 'EK212',
    noun: 'the name of a network interface (at most 15 characters)',
    example: 'eth0',
    pattern: interfacePattern,
    accepts: matches(interfacePattern),
    // `ip link` prints a virtual interface with its peer: eth0@if7.
    suggest: (text: string) => {
      const name = text.replace(/@.*$/, '');
      return name !== text && matches(interfacePattern)(name)
        ? `write \`${name}\`, without what follows the @`
        : undefined;
    },
  },
  sshHost: {
    code: 'EK212',
    noun: 'a host name, an address or an alias of ssh_config',
    example: 'lb1.example.com',
    // Never with a `-` in front: ssh would read an option.
    accepts: matches('^[A-Za-z0-9:_\\[][A-Za-z0-9._:%\\[\\]-]{0,254}$'),
  },
  sshUser: {
    code: 'EK212',
    noun: 'a user name',
    example: 'root',
    accepts: matches('^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}$'),
  },
  sshJump: {
    code: 'EK212',
    noun: 'a jump host (`user@host:port`, several with commas)',
    example: 'admin@gate.example.com',
    accepts: matches('^[A-Za-z0-9_\\[][A-Za-z0-9._:@,%\\[\\]-]{0,511}$'),
  },
  path: {
    code: 'EK212',
    noun: 'the path of a file',
    example: 'certificates/shop.pem',
    // A `-` in front would be an option to whatever reads the file; the rest would need quoting somewhere.
    accepts: matches('^[^-\\s\\p{C}"\'`$;&|<>\\\\][^\\p{C}"\'`$;&|<>\\\\]{0,1023}$'),
  },
  urlPath: {
    code: 'EK212',
    noun: 'the path of a URL (it begins with `/`, without blanks)',
    example: '/health',
    pattern: '^/[A-Za-z0-9._~!$&()*+,;=:@%/?-]*$',
    accepts: (text: string) => text.length <= 1024 && matches('^/[A-Za-z0-9._~!$&()*+,;=:@%/?-]*$')(text),
    suggest: (text: string) => (text.startsWith('/') ? undefined : `write \`/${text}\``),
  },
  bodyText: {
    code: 'EK212',
    noun: 'a text of one line, at most 200 characters',
    example: 'healthy',
    accepts: matches('^(?!\\s)[^\\p{C}]{1,200}$'),
  },
  hostHeader: {
    code: 'EK212',
    noun: 'a host name, with or without `:port`',
    example: 'www.example.com',
    accepts: (text: string) => isHostName(text.replace(/:\d{1,5}$/, '')) || parseAddress(text) !== undefined,
  },
  webhookUrl: {
    code: 'EK212',
    noun: 'a URL (`https://`, without a user name in it)',
    example: 'https://chat.example.com/hooks/edge',
    pattern: '^https?://[!-~]+$',
    accepts: isWebhookUrl,
    suggest: suggestWebhookUrl,
  },
  headerName: {
    code: 'EK212',
    noun: 'the name of a header that may be chosen',
    example: 'Authorization',
    pattern: headerNamePattern,
    // The others are what the message itself is sent with.
    accepts: (text: string) =>
      matches(headerNamePattern)(text) &&
      !/^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|evenkeel-.*)$/i.test(text),
  },
  mailAddress: {
    code: 'EK212',
    noun: 'a mail address',
    example: 'ops@example.com',
    pattern: mailAddressPattern,
    accepts: isMailAddress,
    suggest: (text: string) => {
      const inner = /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim().replace(/^mailto:/i, '');
      return inner !== text && isMailAddress(inner) ? `write \`${inner}\`` : undefined;
    },
  },
  mailHost: {
    code: 'EK212',
    noun: 'a host name or an address',
    example: 'mail.example.com',
    accepts: (text: string) => isHostName(text) || parseAddress(text) !== undefined,
    suggest: (text: string) => (isHostName(text.replace(/:\d{1,5}$/, '')) ? 'the port stands in `port`' : undefined),
  },
  loginName: {
    code: 'EK212',
    noun: 'a login name of one line, at most 255 characters',
    example: 'edge@example.com',
    accepts: matches('^[^\\p{C}]{1,255}$'),
  },
  argument: {
    code: 'EK212',
    noun: 'a word of a command, of one line',
    example: '/usr/local/bin/page',
    accepts: matches('^[^\\p{C}]{1,4096}$'),
  },
} as const satisfies Readonly<Record<string, TextKind>>;

/** The name of a kind of text. */
export type TextKindName = keyof typeof textKinds;

function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  return matches(mailAddressPattern)(text) && at <= 64 && text.length <= 254 && isHostName(text.slice(at + 1));
}

/** A login in a URL ends up in logs; secrets stand in files. */
function isWebhookUrl(text: string): boolean {
  if (!matches('^https?://[!-~]{1,2000}$')(text) || !URL.canParse(text)) return false;
  const { username, password, hash } = new URL(text);
  return username === '' && password === '' && hash === '';
}

function suggestWebhookUrl(text: string): string | undefined {
  if (/^https?:\/\/[^/]*@/i.test(text)) return 'keep a secret in a file: `header`, or `url-file` for the whole URL';
  return !text.includes('://') && isWebhookUrl(`https://${text}`) ? `write \`https://${text}\`` : undefined;
}

/** What usually helps when a text is no host name: lower case, no final dot, no URL, punycode. */
export function suggestHostName(text: string): string | undefined {
  const trimmed = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/[/:].*$/, '')
    .replace(/\.$/, '');
  if (trimmed !== text && isSiteName(trimmed)) return `write \`${trimmed}\``;
  if (/[^\u0020-\u007e]/.test(text) && URL.canParse(`http://${text}/`)) {
    const ascii = new URL(`http://${text}/`).hostname;
    if (isSiteName(ascii)) return `write its ASCII form \`${ascii}\``;
  }
  if (text.includes('_')) return 'host names have no `_`; use `-`';
  return undefined;
}

function suggestDuration(text: string): string | undefined {
  const parts = /^(\d+(?:\.\d+)?)\s*(ms|s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?|d|days?)?$/i.exec(text.trim());
  const clock = /^(\d+):(\d\d)$/.exec(text.trim());
  if (clock !== null) return `write \`${Number(clock[1]) * 60 + Number(clock[2])}s\``;
  if (parts === null) return undefined;
  const unit = (parts[2] ?? 's').toLowerCase();
  const short = unit === 'ms' ? 'ms' : unit.charAt(0);
  const written = `${parts[1]}${short}`;
  const ms = parseDuration(written);
  if (ms === undefined || ms <= 0 || ms > 86_400_000)
    return 'write a time above zero and up to one day, for example `5s`';
  return `write \`${written}\``;
}

function suggestSize(text: string): string | undefined {
  const parts = /^(\d+)\s*([kmg])i?b?$/i.exec(text.trim());
  const bytes = parts === null ? undefined : parseSize(`${parts[1]}${parts[2]}`);
  if (parts === null || bytes === undefined) return undefined;
  if (bytes < 1024 || bytes > 10 * 1024 ** 3) return 'choose a size from 1k to 10g';
  return `write \`${parts[1]}${(parts[2] ?? '').toLowerCase()}\``;
}

function suggestShare(text: string): string | undefined {
  const [, digits = '', unit] = /^(\d+(?:[.,]\d+)?)\s*(%|percent|per cent)?$/i.exec(text.trim()) ?? [];
  const number = Number(digits.replace(',', '.'));
  if (digits === '') return undefined;
  if (number === 100)
    return 'nothing is always there, and 100% leaves no minute for repair: write for example `99.99%`';
  // 0.999 is how a program would say it.
  const percent = unit === undefined && number < 1 ? Math.round(number * 100_000) / 1000 : number;
  return parseShare(`${percent}%`) === undefined ? undefined : `write \`${percent}%\``;
}

function suggestAddress(text: string): string | undefined {
  const [address = '', prefix] = text.split('/');
  if (prefix !== undefined && parseAddress(address) !== undefined) {
    return `write \`${address}\`; the prefix length stands with the network`;
  }
  if (text.includes('%')) return 'write the address without its zone id; link-local addresses are of no use here';
  const parts = text.split('.');
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part))) {
    const plain = parts.map(Number).join('.');
    return parseAddress(plain) === undefined ? 'each part of an IPv4 address is 0 to 255' : `write \`${plain}\``;
  }
  return undefined;
}

function isNetworkOf(text: string, family: 4 | 6): boolean {
  const network = parseNetwork(text);
  if (network === undefined || network.family !== family) return false;
  // Host bits that are set are mostly a mistyped prefix length or a host address.
  return parseAddress(text.slice(0, text.indexOf('/')))?.text === network.base;
}

function suggestNetwork(text: string): string | undefined {
  const network = parseNetwork(text);
  if (network !== undefined) {
    const written = parseAddress(text.slice(0, text.indexOf('/')));
    if (written?.text !== network.base) return `write \`${network.text}\`, the first address of that network`;
    return `this is an IPv${network.family} network: write it under \`ipv${network.family}\``;
  }
  const address = parseAddress(text);
  if (address !== undefined)
    return `add the prefix length: \`${address.text}/${address.family === 4 ? 24 : 64}\` perhaps`;
  return undefined;
}
