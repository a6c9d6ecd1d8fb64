/** What only `curl --verbose` tells of an exchange. */
export interface CurlWords {
  /** The address that was tried last; curl's report forgets it when TLS then fails. */
  readonly triedLast: string;
  /** Why the last connection that could not be made was refused, in the kernel's words; empty when none was. */
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
  const tried = lines.map((line) => /^\* {3}Trying \[?([0-9A-Fa-f.:]+?)\]?:\d+\.\.\.$/.exec(line)?.[1]);
  return {
    triedLast: tried.findLast((address) => address !== undefined) ?? '',
    refusal: refusalOf(lines),
    tls: version === undefined || cipher === undefined ? undefined : { version, cipher },
    headers: Object.fromEntries(headers),
  };
}

function refusalOf(lines: readonly string[]): string {
  const words = lines.map((line) => /^\* connect to \S+ port \d+ (?:from .*)?failed: (.+)$/.exec(line)?.[1]);
  return words.findLast((each) => each !== undefined)?.toLowerCase() ?? '';
}

/** Reads the nameservers of a resolv.conf(5), in its order. */
export function parseResolvConf(text: string): readonly string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '');
}
