import type { Address } from '../base/address.ts';

/** One transfer of a curl command; its report comes out under `index`. */
export interface CurlTransfer {
  readonly index: number;
  readonly url: string;
  readonly timeoutMs: number;
  /** Further options of this transfer. */
  readonly extra: readonly string[];
}

/**
 * The options of one transfer. Everything is said per transfer, since `--next` forgets what came before it. Proxies of
 * the environment are ignored: the question is what this machine itself can reach.
 */
export function curlArguments(transfer: CurlTransfer): readonly string[] {
  return [
    '--silent',
    '--globoff',
    '--noproxy',
    '*',
    '--max-time',
    String(transfer.timeoutMs / 1000),
    '--user-agent',
    'evenkeel-status',
    '--output',
    '/dev/null',
    '--write-out',
    `${transfer.index} %{json}\\n`,
    ...transfer.extra,
    transfer.url,
  ];
}

/** An address as it stands in a URL (RFC 3986, 3.2.2). */
export function urlHost(address: Address): string {
  return address.family === 6 ? `[${address.text}]` : address.text;
}
