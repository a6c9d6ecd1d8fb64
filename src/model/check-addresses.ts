import { parseAddress } from '../base/address.ts';
import type { EdgeDocument, Path } from '../spec/edge-document.ts';
import type { Report } from './findings.ts';
import { roleOf, roleText } from './host-names.ts';

/** An address in use: whose it is and where that is said. */
interface Use {
  readonly text: string;
  /** "the host `lb1` (a balancer)". */
  readonly owner: string;
  /** Uses of one kind and name may repeat: an outside backend in two pools. */
  readonly key: string;
  readonly path: Path;
  /** Whether it is a backend by its address. */
  readonly backend: boolean;
}

/** Reports addresses that belong to two: hosts, VIPs, gateways, outside backends and the lab's client. */
export function checkAddresses(document: EdgeDocument, report: Report): void {
  const owners = new Map<string, Use>();
  for (const use of addressUses(document)) {
    const other = owners.get(use.text);
    if (other === undefined) {
      owners.set(use.text, use);
    } else if (other.key !== use.key) {
      report({
        code: 'EK304',
        path: use.path,
        part: 'value',
        message: `${use.text} belongs to ${other.owner} and to ${use.owner}`,
        fix:
          use.backend && roleOf(document.spec, other.key.slice('host '.length)) === 'web'
            ? `write the name of the host: \`${other.key.slice('host '.length)}\``
            : 'give each of them an address of its own',
      });
    }
  }
}

/** Reports a host and a VIP of one name: both would be names in the zones. */
export function checkNames({ spec }: EdgeDocument, report: Report): void {
  for (const name of Object.keys(spec.vips)) {
    const role = Object.hasOwn(spec.hosts, name) ? spec.hosts[name]?.role : undefined;
    if (role === undefined) continue;
    report({
      code: 'EK303',
      path: ['vips', name],
      part: 'key',
      message: `\`${name}\` is the name of ${roleText(role)} and of a VIP`,
      fix: 'rename one of them',
    });
  }
}

/** Every address that the file gives to somebody, in canonical text. */
export function usedAddresses(document: EdgeDocument): ReadonlySet<string> {
  return new Set(addressUses(document).map(({ text }) => text));
}

function addressUses({ spec }: EdgeDocument): readonly Use[] {
  const uses: Use[] = [];
  const add = (written: string | readonly string[] | undefined, use: Omit<Use, 'text' | 'backend'>): void => {
    const texts = written === undefined ? [] : typeof written === 'string' ? [written] : written;
    for (const [index, text] of texts.entries()) {
      const address = parseAddress(text);
      const path = typeof written === 'string' ? use.path : [...use.path, index];
      if (address !== undefined) uses.push({ ...use, text: address.text, path, backend: false });
    }
  };
  for (const [name, { gateway }] of Object.entries(spec.networks)) {
    add(gateway, { owner: `the gateway of \`${name}\``, key: `gateway ${name}`, path: ['networks', name, 'gateway'] });
  }
  for (const [name, { role, address }] of Object.entries(spec.hosts)) {
    add(address, {
      owner: `the host \`${name}\` (${roleText(role)})`,
      key: `host ${name}`,
      path: ['hosts', name, 'address'],
    });
  }
  for (const [name, { address }] of Object.entries(spec.vips)) {
    add(address, { owner: `the VIP \`${name}\``, key: `vip ${name}`, path: ['vips', name, 'address'] });
  }
  for (const [pool, { backends }] of Object.entries(spec.pools ?? {})) {
    for (const [index, entry] of backends.entries()) {
      const server = typeof entry === 'string' ? entry : entry.server;
      const address = parseAddress(server);
      const path = ['pools', pool, 'backends', index, ...(typeof entry === 'string' ? [] : ['server'])];
      if (address === undefined) continue;
      uses.push({
        text: address.text,
        owner: `a backend of the pool \`${pool}\``,
        key: 'backend',
        path,
        backend: true,
      });
    }
  }
  add(spec.lab?.client, { owner: 'the client of the lab', key: 'client', path: ['lab', 'client'] });
  return uses;
}
