/** What a client's resolver is told (resolv.conf(5)). glibc and musl use the first three nameservers only. */
export interface ResolvConf {
  /** Addresses. */
  readonly nameservers: readonly [string, ...string[]];
  /** e.g. `timeout:1`. */
  readonly options: readonly string[];
}

/** Prints /etc/resolv.conf. Throws a plain Error on a value that is not one word. */
export function printResolvConf(conf: ResolvConf): string {
  return [
    ...conf.nameservers.map((address) => `nameserver ${checkWord(address)}`),
    ...(conf.options.length === 0 ? [] : [`options ${conf.options.map(checkWord).join(' ')}`]),
    '',
  ].join('\n');
}

function checkWord(word: string): string {
  if (/^[A-Za-z0-9.:_-]+$/.test(word)) return word;
  throw new Error(`resolv.conf can't hold this word: ${JSON.stringify(word)}`);
}
