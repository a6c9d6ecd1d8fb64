/** What only `curl --verbose` tells of an exchange. */
export interface CurlWords {
  /** The address the last connection stood with; its report forgets it when TLS then fails. */
  readonly connectedTo: string;
  /** Why the last connection could not be made, in the kernel's words; empty when one stood. */
  readonly refusal: string;
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  /** Of the response; lower-case names. A repeated header keeps its last value. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads standard error of `curl --verbose`: the TLS line (7.88 and 8.14) and the response's headers. */
export function parseCurlWords(text: string): CurlWords {
  const lines = text.split(/\r?\n/);
  const [, version, cipher] =
    lines.map((line) => /^\* SSL connection using (\S+) \/ (\S+)/.exec(line)).find((match) => match !== null) ?? [];
  const headers = lines.flatMap((line) => {
    const [, name, value] = /^< ([A-Za-z0-9-]+):\s*(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  const connected = lines.map((line) => connectedLine.exec(line)?.[1]).findLast((address) => address !== undefined);
  return {
    connectedTo: connected ?? '',
    refusal: connected === undefined ? refusalOf(lines) : '',
    tls: version === undefined || cipher === undefined ? undefined : { version, cipher },
    headers: Object.fromEntries(headers),
  };
}

/** 7.88 and 8.14 `Connected to NAME (ADDRESS) port 443`, later `Established connection to NAME (ADDRESS port 443)`. */
const connectedLine = /^\* (?:Connected|Established connection) to \S+ \(([0-9A-Fa-f.:]+)(?: port \d+)?\)/;

function refusalOf(lines: readonly string[]): string {
  const words = lines.map((line) => /^\* connect to \S+ port \d+ (?:from .*)?failed: (.+)$/.exec(line)?.[1]);
  return words.findLast((each) => each !== undefined)?.toLowerCase() ?? '';
}

/** Reads the nameservers of a resolv.conf(5), in its order. */
export function parseResolvConf(text: string): readonly string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '');
}
