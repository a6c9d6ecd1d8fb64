import { Fault } from '../base/fault.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import type { Host } from '../hosts/host.ts';
import { managedHosts } from '../model/model.ts';
import type { Model } from '../model/model.ts';
import { observeFiles, observeHost } from '../observe/observe-host.ts';
import { computePlan, observedPaths } from '../plan/compute-plan.ts';
import { platformOf, platformPackages } from '../plan/platform-of.ts';
import type { Plan } from '../plan/plan.ts';
import { chooseSerials } from '../plan/zone-serials.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { releasePlatforms } from '../render/platform.ts';
import type { Platform } from '../render/platform.ts';
import type { RenderInput } from '../render/render-input.ts';
import { assertFreeSegment } from './free-segment.ts';
import { assertNobodyLeft } from './left-balancers.ts';

/** What rendering depends on that is only known after looking at the hosts; the caller adds certificates and keys. */
export type RenderPart = Pick<RenderInput, 'model' | 'platforms' | 'zoneSerials'>;

/** What `plan` and `apply` start from. */
export interface PrepareOptions {
  readonly model: Model;
  /** Every managed host. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly render: (part: RenderPart) => readonly DesiredHost[];
  readonly now: Date;
}

/** A plan and what it was computed from. */
export interface PreparedPlan {
  readonly plan: Plan;
  readonly desired: readonly DesiredHost[];
  readonly facts: readonly HostFacts[];
}

/**
 * Looks at all hosts at once and computes what is to do. Two round trips to each: what to ask about is known from
 * rendering for a guessed platform, so that units, packages and files are read together; only what a host has besides
 * is read after that. Throws Faults: a host can't be reached, its system is not supported, or
 * a balancer that left the edge file still works, or a network where somebody has a VIP's address or number already.
 */
export async function preparePlan(options: PrepareOptions): Promise<PreparedPlan> {
  const { model, render, now } = options;
  const machines = managedHosts(model);
  const noSerials = new Map(model.zones.map((zone) => [zone.name, 1]));
  const guessed = new Map(machines.map((machine) => [machine.name, releasePlatforms.debian13]));
  const guess = render({ model, platforms: guessed, zoneSerials: noSerials });
  const looked = await Promise.all(guess.map((desired) => look(hostOf(options, desired.host), desired)));
  const platforms = platformsOf(looked);
  const nameserversOnly = { ...model, balancers: [], webServers: [] };
  const zoneSerials = chooseSerials({
    zones: model.zones.map((zone) => zone.name),
    render: (serials) => render({ model: nameserversOnly, platforms, zoneSerials: serials }),
    facts: looked,
    now,
  });
  const desired = render({ model, platforms, zoneSerials });
  const facts = await Promise.all(
    desired.map((one) => lookCloser(hostOf(options, one.host), one, factsOf(looked, one.host))),
  );
  await assertNobodyLeft(model, facts, options.hosts);
  await assertFreeSegment(model, facts, options.hosts);
  return { plan: computePlan({ model, desired, facts }), desired, facts };
}

async function look(host: Host, guess: DesiredHost): Promise<HostFacts> {
  const packages = [...new Set([...guess.packages, ...platformPackages])].sort();
  const [facts, files] = await Promise.all([
    observeHost(host, { packages, units: guess.units }),
    observeFiles(
      host,
      emptyFiles,
      guess.files.map((file) => file.path),
    ),
  ]);
  return { ...facts, files: files.files };
}

const emptyFiles: Pick<HostFacts, 'files'> = { files: new Map() };

/** Reads the files that the guess did not name: those of another release, and those that are no longer desired. */
async function lookCloser(host: Host, desired: DesiredHost, facts: HostFacts): Promise<HostFacts> {
  const paths = observedPaths(desired, facts).filter((path) => !facts.files.has(path));
  return observeFiles(host, facts, paths);
}

function platformsOf(facts: readonly HostFacts[]): ReadonlyMap<string, Platform> {
  return new Map(
    facts.map((one) => {
      const platform = platformOf(one);
      if (!platform.ok) throw new Fault(platform.error);
      return [one.host, platform.value];
    }),
  );
}

function hostOf(options: PrepareOptions, name: string): Host {
  const host = options.hosts.get(name);
  if (host === undefined) throw new Error(`no way to ${name}`);
  return host;
}

function factsOf(all: readonly HostFacts[], name: string): HostFacts {
  const facts = all.find((one) => one.host === name);
  if (facts === undefined) throw new Error(`${name} was not looked at`);
  return facts;
}
