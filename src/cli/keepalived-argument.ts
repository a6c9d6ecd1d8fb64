/** `--keepalived NAME=FILE`: one balancer's keepalived.conf. */
export interface KeepalivedArgument {
  readonly balancer: string;
  readonly path: string;
}

/** Reads `lb1=/path/keepalived.conf`; throws a plain Error that says how it is written. */
export function parseKeepalivedArgument(text: string): KeepalivedArgument {
  const match = /^([A-Za-z0-9][A-Za-z0-9.-]*)=(.+)$/.exec(text);
  const [, balancer, path] = match ?? [];
  if (balancer === undefined || path === undefined) throw new Error('write it as lb1=/path/to/keepalived.conf');
  return { balancer, path };
}
