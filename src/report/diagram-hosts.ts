import type { Address } from '../base/address.ts';
import { listFirst } from '../base/list-first.ts';
import type { Backend, Machine, Model, Pool, Vip, WebServer } from '../model/model.ts';
import type { Card, CardRow } from './diagram-card.ts';
import { backendWord, hostWord, holdersOf, type LiveWord } from './diagram-live.ts';
import { fonts } from './diagram-scene.ts';
import type { EdgeStatus } from './edge-status.ts';

/** Options of both diagrams. With a `status`, what is true now is marked in words and colour. */
export interface DiagramOptions {
  readonly theme: 'auto' | 'light' | 'dark';
  readonly status?: EdgeStatus;
}

/** A nameserver: its addresses and the zones it answers for. */
export function nameserverCard(machine: Machine, model: Model, status: EdgeStatus | undefined): Card {
  const zones = model.zones.map((zone) => zone.name);
  return {
    ink: 'nameserver',
    rows: [
      nameRow(machine.name, status),
      ...addressRows(machine.addresses),
      bodyRow(`${zones.length === 1 ? 'zone' : 'zones'} ${listFirst(zones, 2)}`),
    ],
  };
}

/** A balancer: its addresses and which VIPs it prefers or backs up, with priorities. */
export function balancerCard(machine: Machine, model: Model, status: EdgeStatus | undefined): Card {
  const claims = model.vips.flatMap((vip) =>
    vip.claims.filter((claim) => claim.balancer === machine.name).map((claim) => ({ vip, claim })),
  );
  return {
    ink: 'balancer',
    rows: [
      nameRow(machine.name, status),
      ...addressRows(machine.addresses),
      ...claims.flatMap(({ vip, claim }): readonly CardRow[] => {
        const preferred = vip.preferred === machine.name;
        const word = holdWord(vip, machine.name, status) ?? (preferred ? 'preferred' : 'backup');
        const look = { font: fonts.address, ink: preferred ? 'vip' : 'quiet' } as const;
        return [
          {
            ...look,
            text: `${vip.name} ${vip.ipv4.text}`,
            mark: { ink: 'vip', style: preferred ? 'fill' : 'outline' },
            right: `${word} ${claim.priority}`,
          },
          // An IPv6 address may take the whole width of a card; it is never cut.
          ...(vip.ipv6 === undefined
            ? []
            : [{ ...look, text: vip.ipv6.text, mark: { ink: 'vip', style: 'none' } as const }]),
        ];
      }),
    ],
  };
}

/** A web server: its addresses and the pools it serves. */
export function webCard(machine: WebServer, model: Model, status: EdgeStatus | undefined): Card {
  const uses = model.pools.flatMap((pool) =>
    pool.backends.filter((backend) => backend.name === machine.name).map((backend) => ({ pool, backend })),
  );
  return {
    ink: 'web',
    rows: [
      machine.managed ? nameRow(machine.name, status) : { ...nameRow(machine.name, undefined), right: 'not managed' },
      ...addressRows(machine.addresses),
      ...uses.slice(0, 3).map(({ pool, backend }) => ({
        ...bodyRow(`port ${backend.port}, pool ${pool.name}${extraWords(backend)}`),
        ...(status === undefined ? {} : troubleOf(pool, backend, status)),
      })),
    ],
  };
}

/** Clients: whom they ask for names. Never a balancer: a resolver is a nameserver or one of the person's own. */
export function clientCard(model: Model): Card {
  return {
    ink: 'client',
    rows: [
      { text: 'any client', font: fonts.name, ink: 'strong' },
      bodyRow('resolvers in its resolv.conf:'),
      ...model.resolvers.map((resolver): CardRow => {
        const owner = model.nameservers.find((entry) =>
          entry.addresses.some((address) => address.text === resolver.text),
        );
        return {
          text: resolver.text,
          font: fonts.address,
          ink: 'nameserver',
          ...(owner === undefined ? {} : { right: owner.name }),
        };
      }),
    ],
  };
}

/** The first line of a machine's card; with a status, whether it is up. */
export function nameRow(name: string, status: EdgeStatus | undefined): CardRow {
  const row: CardRow = { text: name, font: fonts.name, ink: 'strong' };
  if (status === undefined) return row;
  return { ...row, ...hostWord(name, status) };
}

/** What is wrong with a backend; the machine itself may be well. */
function troubleOf(pool: Pool, backend: Backend, status: EdgeStatus): LiveWord {
  const word = backendWord(pool, backend, status);
  if (word.rightInk !== 'bad') return {};
  return word.right === '✕ DOWN' ? { ...word, right: '✕ no answer' } : word;
}

/** With a status, a word on the balancer that has the VIP now; one of several holders is wrong. */
function holdWord(vip: Vip, balancer: string, status: EdgeStatus | undefined): string | undefined {
  if (status === undefined) return undefined;
  const holders = holdersOf(vip, status);
  if (!holders.includes(balancer)) return undefined;
  return holders.length === 1 ? '✓ holds' : '✕ also holds';
}

/** Addresses, one a line. */
export function addressRows(addresses: readonly Address[]): readonly CardRow[] {
  return addresses.map(({ text }) => ({ text, font: fonts.address, ink: 'strong' }));
}

/** A quiet line. */
export function bodyRow(text: string): CardRow {
  return { text, font: fonts.body, ink: 'quiet' };
}

/** `weight 3`, `backup`, or nothing. */
export function extraWords(backend: Backend): string {
  return `${backend.weight === 1 ? '' : `, weight ${backend.weight}`}${backend.backup ? ', backup' : ''}`;
}
