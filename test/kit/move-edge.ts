import { ignoreEvents } from '../../src/base/event.ts';
import type { Command, CommandOutcome } from '../../src/hosts/host.ts';
import { type MemoryFiles, type MemoryHost, memoryHost } from '../../src/hosts/memory-host.ts';
import { agentCommand } from '../../src/model/agent-paths.ts';
import { handoverScript } from '../../src/model/handover-commands.ts';
import type { Model, Vip } from '../../src/model/model.ts';
import { claimedPriority, claimFile, claimOver, settlingWeight, stateFiles } from '../../src/model/state-files.ts';
import { isolatePath, yieldPath } from '../../src/model/witness-paths.ts';
import type { MoveWorld } from '../../src/moves/move-world.ts';

/** Balancers in memory between which VIPs move, as keepalived moves them. */
export interface MoveEdge {
  readonly world: MoveWorld;
  /** Whose VIP it is now, by the priorities and the tracked files; undefined: nobody's. */
  readonly holder: (vip: string) => string | undefined;
  readonly set: (balancer: string, path: string, value: string) => void;
  readonly get: (balancer: string, path: string) => string;
  /** keepalived is gone, and ssh too. */
  readonly kill: (balancer: string) => void;
  /** ssh is gone; VRRP goes on. */
  readonly mute: (balancer: string) => void;
  readonly wake: (balancer: string) => void;
  /** Called before each command of a balancer. */
  readonly before: (hook: (balancer: string, argv: readonly string[]) => void) => void;
  /** Established connections of a balancer, one number for each time that they are counted; the last one stays. */
  readonly connections: (balancer: string, counts: readonly number[]) => void;
  /** What is drained, by the word of a balancer's agent, and the `pools` of its report. */
  readonly backends: (
    balancer: string,
    told: { readonly drained?: readonly string[]; readonly pools?: unknown },
  ) => void;
  /** Every `expect` and `claim`, as `lb1 claim vip1 1`. */
  readonly said: readonly string[];
}

/** All is well: each VIP is at home. `patience` is short, because nothing here is slow. */
export function moveEdge(model: Model, options: Partial<MoveWorld> = {}): MoveEdge {
  const machines = new Map(model.balancers.map(({ name }) => [name, machine(name)]));
  const said: string[] = [];
  const of = (name: string): Machine => {
    const found = machines.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  let hook: (balancer: string, argv: readonly string[]) => void = () => undefined;
  const holder = (vip: Vip): string | undefined => {
    const able = [...machines.values()].flatMap((one) => {
      const priority = priorityOf(one, vip);
      return priority === undefined ? [] : [{ name: one.name, priority }];
    });
    return able.sort((a, b) => b.priority - a.priority)[0]?.name;
  };
  const respond = (one: Machine, { argv, stdin }: Command): CommandOutcome | undefined => {
    const [program, ...words] = argv;
    const done = (stdout = ''): CommandOutcome => ({ exitCode: 0, stdout, stderr: '' });
    switch (program) {
      case 'sh': {
        const held = model.vips.filter((vip) => holder(vip) === one.name);
        const info = held.map((vip) => ({ local: vip.ipv4.text, prefixlen: 32 }));
        const link = { ifname: words[3], flags: ['UP'], address: '02:00:00:00:00:01', addr_info: info };
        const files = words.slice(4).map((path) => textOf(one.files, path));
        return done([JSON.stringify([link]), '', 'active', ...files, ''].join('\n'));
      }
      case handoverScript:
        said.push(`${one.name} ${words.join(' ')}`);
        if (words[0] === 'claim') one.files.set(...fileOf(claimFile(words[1] ?? ''), words[2] ?? ''));
        return done();
      case 'ss': {
        const count = (one.counts.length > 1 ? one.counts.shift() : one.counts[0]) ?? 0;
        return done('ESTAB 0 0 a b\n'.repeat(count));
      }
      case 'cat':
        return words[0] === stateFiles.drainedBackends ? done(JSON.stringify({ drained: one.drained })) : undefined;
      case agentCommand:
        if (words[1] !== 'status') said.push(`${one.name} ${words.slice(1).join(' ')}`);
        return done(JSON.stringify({ format: 1, parts: { backends: { report: { pools: one.pools } } } }));
      default:
        throw new Error(`${program} is not played: ${String(stdin)}`);
    }
  };
  const hosts = new Map(
    [...machines.values()].map((one): [string, MemoryHost] => {
      const host = memoryHost({ name: one.name, files: one.files, respond: (command) => respond(one, command) });
      // A host that can come back, which a broken connection of a memory host can't.
      return [
        one.name,
        {
          ...host,
          run: async (command) => {
            hook(one.name, command.argv);
            return (one.ssh === 'up' ? host : gone(one.name)).run(command);
          },
          write: async (files) => (one.ssh === 'up' ? host : gone(one.name)).write(files),
        },
      ];
    }),
  );
  return {
    world: {
      model,
      hosts,
      emit: ignoreEvents,
      signal: new AbortController().signal,
      deadlineMs: 0,
      patience: { moveMs: 250, homeMs: 250 },
      ...options,
    },
    holder: (name) => {
      const vip = model.vips.find((one) => one.name === name);
      return vip === undefined ? undefined : holder(vip);
    },
    set: (balancer, path, value) => of(balancer).files.set(...fileOf(path, value)),
    get: (balancer, path) => textOf(of(balancer).files, path),
    kill: (balancer) => Object.assign(of(balancer), { ssh: 'gone', keepalived: 'gone' }),
    mute: (balancer) => Object.assign(of(balancer), { ssh: 'gone' }),
    wake: (balancer) => Object.assign(of(balancer), { ssh: 'up', keepalived: 'up' }),
    before: (next) => (hook = next),
    connections: (balancer, counts) => Object.assign(of(balancer), { counts: [...counts] }),
    backends: (balancer, told) => Object.assign(of(balancer), told),
    said,
  };
}

interface Machine {
  readonly name: string;
  readonly files: MemoryFiles;
  ssh: 'up' | 'gone';
  keepalived: 'up' | 'gone';
  counts: number[];
  drained: readonly string[];
  pools: unknown;
}

function machine(name: string): Machine {
  return { name, files: new Map(), ssh: 'up', keepalived: 'up', counts: [0], drained: [], pools: [] };
}

/** A connection that was never there, with the fault of the fake's own. */
function gone(name: string): MemoryHost {
  return memoryHost({ name, crash: { at: 1, moment: 'before' } });
}

function fileOf(path: string, text: string): Parameters<MemoryFiles['set']> {
  return [path, { kind: 'file', path, mode: 0o644, owner: 'root:root', bytes: new TextEncoder().encode(`${text}\n`) }];
}

function textOf(files: MemoryFiles, path: string): string {
  const file = files.get(path);
  return file?.kind === 'file' ? new TextDecoder().decode(file.bytes).trim() : '0';
}

/** As keepalived computes it (vrrp_set_effective_priority); undefined: FAULT, or not there. */
function priorityOf({ name, files, keepalived }: Machine, vip: Vip): number | undefined {
  const base = vip.claims.find((claim) => claim.balancer === name)?.priority;
  const { nginxVerdict, nginxAnswers, drain } = stateFiles;
  const causes = [nginxVerdict, nginxAnswers, drain, isolatePath, yieldPath(vip.name)];
  const isOut = causes.some((path) => textOf(files, path) !== '0');
  if (base === undefined || keepalived === 'gone' || isOut) return undefined;
  const claim = textOf(files, claimFile(vip.name)) === '0' ? 0 : claimOver(base);
  const settling = textOf(files, stateFiles.settling) === '0' ? 0 : settlingWeight(vip.claims);
  return Math.max(1, Math.min(claimedPriority, base + claim - settling));
}
