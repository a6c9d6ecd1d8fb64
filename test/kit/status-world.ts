import { readFileSync } from 'node:fs';
import type { Command, CommandOutcome } from '../../src/hosts/host.ts';
import { memoryHost } from '../../src/hosts/memory-host.ts';
import type { MemoryHost } from '../../src/hosts/memory-host.ts';
import type { Model, ModelHost } from '../../src/model/model.ts';
import { managedHosts } from '../../src/model/model.ts';
import { ownTables } from '../../src/model/own-tables.ts';
import { claimFile, stateFiles } from '../../src/model/state-files.ts';
import { askAgentArgv } from '../../src/observe/ask-agent.ts';
import { vipAddresses } from '../../src/model/vip-addresses.ts';

/** What is wrong in a world; everything else is well. */
export interface WorldFaults {
  /** Hosts that answer nothing, over SSH or the network. */
  readonly silent?: readonly string[];
  /** `lb1 nginx.service` and the like. */
  readonly stopped?: readonly string[];
  /** VIP address -> hosts that have it. Default: the preferred balancer that is alive. */
  readonly holders?: Readonly<Record<string, readonly string[]>>;
  /** VIP address -> hosts that answer ARP for it. Default: its holders. */
  readonly answering?: Readonly<Record<string, readonly string[]>>;
  /** Addresses of backends that refuse connections, or `lb1 ADDRESS` for one balancer only. */
  readonly refusing?: readonly string[];
  /** Names of sites that are answered with 502. */
  readonly failing?: readonly string[];
  /** What every site is served with, PEM. Default: a certificate that is for it and lasts. */
  readonly certificate?: string;
  /** `dns1 A` or `dns1 A NAME` -> addresses it answers in place of the right ones. */
  readonly answers?: Readonly<Record<string, readonly string[]>>;
  readonly serials?: Readonly<Record<string, number>>;
  /** Programs that no host has. */
  readonly missing?: readonly string[];
  readonly drained?: readonly string[];
  /** Balancers whose agent finds NGINX hung. */
  readonly hung?: readonly string[];
  /** VIP -> the balancer to which a person moved it. */
  readonly claims?: Readonly<Record<string, string>>;
  /** Balancer -> backends that a person drains there. */
  readonly drainedBackends?: Readonly<Record<string, readonly string[]>>;
  /** Host -> the `parts` of its agent's answer. */
  readonly parts?: Readonly<Record<string, unknown>>;
  /** Balancers on which somebody flushed every table of nftables. */
  readonly flushed?: readonly string[];
  /** Host -> what its agent answers to `metrics`. Default: nothing that is understood. */
  readonly metrics?: Readonly<Record<string, unknown>>;
  /** Host -> what its agent answers to `backends`. */
  readonly checks?: Readonly<Record<string, unknown>>;
  /** Host -> what its PowerDNS says it has counted. */
  readonly statistics?: Readonly<Record<string, string>>;
  /** Hosts whose agent does not answer. */
  readonly mute?: readonly string[];
}

/** An edge in memory: hosts that print what real ones print. */
export interface World {
  readonly hosts: ReadonlyMap<string, MemoryHost>;
  readonly client: MemoryHost;
}

/** Builds a world. A host of it answers the commands of `status` and nothing else. */
export function statusWorld(model: Model, faults: WorldFaults = {}): World {
  const hostOf = (name: string, machine: ModelHost | undefined): MemoryHost =>
    memoryHost({
      name,
      ...(faults.silent?.includes(name) === true ? { crash: { at: 1, moment: 'before' as const } } : {}),
      respond: (command) => respond({ model, faults, name, machine }, command),
    });
  return {
    hosts: new Map(managedHosts(model).map((machine) => [machine.name, hostOf(machine.name, machine)])),
    client: hostOf('client', undefined),
  };
}

interface Place {
  readonly model: Model;
  readonly faults: WorldFaults;
  readonly name: string;
  readonly machine: ModelHost | undefined;
}

/** The MAC of a host: `02:` and its name in hexadecimal. */
export function macOf(host: string): string {
  const bytes = [...Buffer.from(host.padEnd(5).slice(0, 5))].map((byte) => byte.toString(16).padStart(2, '0'));
  return ['02', ...bytes].join(':');
}

function respond(place: Place, { argv }: Command): CommandOutcome | undefined {
  const [program, ...words] = argv;
  if (place.faults.missing?.includes(program) === true) return undefined;
  switch (program) {
    case 'which':
      return says(
        words.filter((tool) => place.faults.missing?.includes(tool) !== true).map((tool) => `/usr/bin/${tool}`),
      );
    case 'perl':
      return words[1] === askAgentArgv[2] ? agentAnswer(place, words.slice(askAgentArgv.length - 1)) : undefined;
    case 'pdns_control':
      return says([place.faults.statistics?.[place.name] ?? '']);
    case 'systemctl':
      return says(
        words.slice(3).map((unit) => unitText(place, unit)),
        '\n\n',
      );
    case 'journalctl':
      return says(journal(place));
    case 'grep':
      return claimAnswer(place, words.slice(2));
    case 'cat':
      if (words.at(-1) === stateFiles.drainedBackends) return drainedAnswer(place);
      return says([saysYes(place, words.at(-1)) ? '1' : '0']);
    case 'nft':
      return says(place.faults.flushed?.includes(place.name) === true ? [] : tableLines(place));
    case 'ip':
      return says([JSON.stringify(ipAnswer(place, words))]);
    case 'arping':
      return says(arpAnswer(place, words.at(-1) ?? ''));
    case 'dig':
      return digAnswer(place, words);
    case 'curl':
      return says(curlAnswers(place, words));
    default:
      return undefined;
  }
}

/** As `nft list tables`, with one of somebody else. */
function tableLines({ model, machine }: Place): readonly string[] {
  const own = machine?.kind === 'balancer' ? ownTables(model, machine) : [];
  return ['inet theirs', ...own.map(({ table }) => table)].map((table) => `table ${table}`);
}

/** Whether a tracked file says something else than `0`. */
function saysYes({ faults, name }: Place, path: string | undefined): boolean {
  const hosts = path === stateFiles.nginxAnswers ? faults.hung : faults.drained;
  return hosts?.includes(name) === true;
}

/** As `grep -sH ''`: a line for each file that is there; 2 when one is missing. */
function claimAnswer({ model, faults, name }: Place, paths: readonly string[]): CommandOutcome {
  const claimed = model.vips.filter(
    (vip) => paths.includes(claimFile(vip.name)) && faults.claims?.[vip.name] !== undefined,
  );
  const lines = claimed.map((vip) => `${claimFile(vip.name)}:${faults.claims?.[vip.name] === name ? '104' : '0'}\n`);
  return { exitCode: lines.length === paths.length ? 0 : 2, stdout: lines.join(''), stderr: '' };
}

/** As the agent writes the file, which is not there before the first one is drained. */
function drainedAnswer({ faults, name }: Place): CommandOutcome {
  const drained = faults.drainedBackends?.[name];
  if (drained !== undefined) return says([JSON.stringify({ drained })]);
  return { exitCode: 1, stdout: '', stderr: 'cat: no such file\n' };
}

/** As `agent ask`: its answers, or its words on stderr. */
function agentAnswer({ faults, name }: Place, questions: readonly string[]): CommandOutcome {
  if (faults.mute?.includes(name) === true)
    return { exitCode: 3, stdout: '', stderr: 'the agent does not answer: no answer within 5 s\n' };
  const answers: Readonly<Record<string, unknown>> = {
    status: { format: 1, parts: faults.parts?.[name] ?? {} },
    metrics: faults.metrics?.[name],
    backends: faults.checks?.[name],
  };
  return says(questions.map((question) => JSON.stringify({ ok: true, answer: answers[question] ?? null })));
}

function says(lines: readonly string[], separator = '\n'): CommandOutcome {
  return { exitCode: 0, stdout: `${lines.join(separator)}\n`, stderr: '' };
}

function unitText({ faults, name }: Place, unit: string): string {
  const active = faults.stopped?.includes(`${name} ${unit}`) !== true;
  return `Id=${unit}\nLoadState=loaded\nActiveState=${active ? 'active' : 'inactive'}\nSubState=${active ? 'running' : 'dead'}`;
}

function journal({ model, faults, name }: Place): readonly string[] {
  return vipAddresses(model)
    .filter(({ address }) => holdersOf(model, faults, address.text).includes(name))
    .map(({ vip }) => `1795337862.069202 ${name} Keepalived_vrrp[263]: (${vip.name}) Entering MASTER STATE`);
}

/** Whether a host can hold anything and serve. */
function serves(faults: WorldFaults, host: string): boolean {
  const stopped = (unit: string): boolean => faults.stopped?.includes(`${host} ${unit}`) === true;
  return faults.silent?.includes(host) !== true && !stopped('nginx.service') && !stopped('keepalived.service');
}

function holdersOf(model: Model, faults: WorldFaults, address: string): readonly string[] {
  const given = faults.holders?.[address];
  if (given !== undefined) return given;
  const vip = vipAddresses(model).find((entry) => entry.address.text === address)?.vip;
  const first = vip?.claims.find((claim) => serves(faults, claim.balancer));
  return first === undefined ? [] : [first.balancer];
}

function ipAnswer({ model, faults, name, machine }: Place, words: readonly string[]): unknown {
  if (words.includes('route')) return [{ dst: words.at(-1), dev: 'eth0', flags: [] }];
  if (words.includes('neigh')) {
    return vipAddresses(model).flatMap(({ address }) => {
      const [holder] = holdersOf(model, faults, address.text);
      return holder === undefined ? [] : [{ dst: address.text, lladdr: macOf(holder), state: ['REACHABLE'] }];
    });
  }
  const own = (machine?.addresses ?? []).map((address) => address.text);
  const vips = vipAddresses(model).map(({ address }) => address.text);
  const held = vips.filter((address) => holdersOf(model, faults, address).includes(name));
  const info = [...own, ...held].map((local) => ({ local, prefixlen: 32 }));
  return [
    {
      ifname: 'lo',
      flags: ['UP', 'LOWER_UP'],
      address: '00:00:00:00:00:00',
      addr_info: [{ local: '127.0.0.1', prefixlen: 8 }],
    },
    { ifname: 'eth0', flags: ['UP', 'LOWER_UP'], address: macOf(name), addr_info: info },
  ];
}

function arpAnswer({ model, faults }: Place, address: string): readonly string[] {
  const answering = faults.answering?.[address] ?? holdersOf(model, faults, address);
  return answering.map((host) => `Unicast reply from ${address} [${macOf(host).toUpperCase()}]  0.569ms`);
}

function digAnswer({ model, faults }: Place, words: readonly string[]): CommandOutcome {
  const server = words.find((word) => word.startsWith('@'))?.slice(1) ?? '';
  const nameserver = model.nameservers.find((entry) => entry.addresses[0].text === server);
  const name = nameserver?.name ?? '';
  if (faults.silent?.includes(name) === true || faults.stopped?.includes(`${name} pdns.service`) === true) {
    const said = `;; communications error to ${server}#53: ${faults.silent?.includes(name) === true ? 'timed out' : 'connection refused'}\n`;
    return { exitCode: 9, stdout: `${said};; no servers could be reached\n`, stderr: '' };
  }
  const questions = words.flatMap((word, index) =>
    word === '-q' ? [[words[index + 1] ?? '', words[index + 3] ?? ''] as const] : [],
  );
  return says(
    questions.map(([question, type]) => {
      const zone = model.zones.find((entry) => question === entry.name || question.endsWith(`.${entry.name}`));
      const site = zone?.siteNames.find(
        (entry) => (entry.name === '@' ? zone.name : `${entry.name}.${zone.name}`) === question,
      );
      const right = model.vips
        .filter((vip) => site?.vips.includes(vip.name) === true)
        .flatMap((vip) =>
          type === 'A' ? [vip.ipv4.text] : type === 'AAAA' && vip.ipv6 !== undefined ? [vip.ipv6.text] : [],
        );
      const addresses = faults.answers?.[`${name} ${type} ${question}`] ?? faults.answers?.[`${name} ${type}`] ?? right;
      const records =
        type === 'SOA'
          ? [`${question}. 3600 IN SOA ns. host. ${faults.serials?.[name] ?? 2026112201} 3600 600 1209600 60`]
          : addresses.map((address) => `${question}. 30 IN ${type} ${address}`);
      return `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n;; flags: qr aa; QUERY: 1\n;${question}. IN ${type}\n${records.join('\n')}\n;; Query time: 1 msec`;
    }),
  );
}

/** A real report of curl on Debian 13, and the certificate in it. */
const report = readFileSync(new URL('../fixtures/status/debian13/curl-ok.txt', import.meta.url), 'utf8').slice(2);

function curlAnswers(place: Place, words: readonly string[]): readonly string[] {
  const transfers = words
    .join('\n')
    .split('\n--next\n')
    .map((part) => part.split('\n'));
  return transfers.map((transfer) => {
    const index = transfer[transfer.indexOf('--write-out') + 1]?.split(' ')[0] ?? '0';
    const url = transfer.at(-1) ?? '';
    const through = transfer
      .find((word) => word.startsWith('::'))
      ?.slice(2)
      .replace(/:443$/, '')
      .replace(/[[\]]/g, '');
    return `${index} ${JSON.stringify(curlReport(place, url, through))}`;
  });
}

function curlReport({ model, faults, name }: Place, url: string, through: string | undefined): unknown {
  const real: unknown = JSON.parse(report);
  const reported = typeof real === 'object' ? real : {};
  const good = faults.certificate === undefined ? reported : { ...reported, certs: faults.certificate };
  const refused = {
    ...good,
    exitcode: 7,
    errormsg: 'Could not connect to server',
    response_code: 0,
    certs: '',
    time_total: 0.001,
  };
  if (through === undefined) {
    const address = new URL(url).hostname.replace(/[[\]]/g, '');
    const down = faults.refusing?.some((entry) => entry === address || entry === `${name} ${address}`);
    return down === true ? refused : { ...good, certs: '', time_total: 0.002 };
  }
  if (through === '127.0.0.1') return serves(faults, name) ? good : refused;
  const [holder] = holdersOf(model, faults, through);
  if (holder === undefined) return { ...refused, exitcode: 28, errormsg: 'Connection timed out' };
  return faults.failing?.includes(new URL(url).hostname) === true ? { ...good, response_code: 502 } : good;
}
