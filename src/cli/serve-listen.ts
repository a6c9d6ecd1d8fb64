import { parseAddress } from '../base/address.ts';

/** Where a server listens. */
export interface Listen {
  readonly address: string;
  readonly port: number;
}

/** Reads `127.0.0.1:7780` or `[::1]:7780`. Throws an Error that says what is wrong. */
export function readListen(text: string): Listen {
  const cut = text.lastIndexOf(':');
  const address = text.slice(0, cut).replace(/^\[(.*)\]$/, '$1');
  const port = text.slice(cut + 1);
  if (cut < 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error('give an address and a port, such as 127.0.0.1:7780 or [::1]:7780');
  }
  const parsed = parseAddress(address);
  if (parsed === undefined)
    throw new Error(`${address || 'nothing'} is no IP address; give one such as 127.0.0.1:7780`);
  return { address: parsed.text, port: Number(port) };
}

/** Whether it stands for all addresses of this computer. */
export function isAnyAddress({ address }: Listen): boolean {
  return address === '0.0.0.0' || address === '::';
}
