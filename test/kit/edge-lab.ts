import { setTimeout as wait } from 'node:timers/promises';
import { ignoreEvents } from '../../src/base/event.ts';
import type { Host } from '../../src/hosts/host.ts';
import { openLabMachine } from '../../src/cli/edge-hosts.ts';
import { labDown } from '../../src/lab/lab-down.ts';
import { clientMachine, labOfModel } from '../../src/lab/lab-of-model.ts';
import type { Release } from '../../src/base/release.ts';
import { labUp } from '../../src/lab/lab-up.ts';
import { type Model, modelHosts } from '../../src/model/model.ts';

/** A running lab of an edge, each machine with an open way to it. */
export interface EdgeLab {
  readonly name: string;
  readonly machine: (name: string) => Host;
  /** Runs a command on a machine and returns what it printed; throws with its words when it fails. */
  readonly on: (machine: string, ...argv: [string, ...string[]]) => Promise<string>;
  /** Gives the ways to the machines up; they run on. */
  readonly leave: () => Promise<void>;
  /** Takes the machines away. */
  readonly close: () => Promise<void>;
}

/** Starts bare Debian machines for an edge. `close` takes them away. */
export async function startEdgeLab(model: Model, suffix: string, release: Release = 'debian13'): Promise<EdgeLab> {
  const definition = labOfModel(model, { release, suffix });
  await labUp(definition, ignoreEvents);
  return openEdgeLab(model, definition.name);
}

/** The machines of a lab that runs. */
export function openEdgeLab(model: Model, name: string): EdgeLab {
  const names = [...modelHosts(model).map((host) => host.name), clientMachine(model)];
  const hosts = new Map(names.map((machine) => [machine, openLabMachine(name, machine)]));
  const machine = (wanted: string): Host => {
    const host = hosts.get(wanted);
    if (host === undefined) throw new Error(`the lab has no machine ${wanted}`);
    return host;
  };
  const leave = async (): Promise<void> => {
    await Promise.all([...hosts.values()].map((host) => host.close()));
  };
  return {
    name,
    machine,
    on: async (wanted, ...argv) => {
      const outcome = await machine(wanted).run({ argv, timeoutMs: 120_000 });
      if (outcome.exitCode === 0) return outcome.stdout;
      throw new Error(
        `${wanted}: ${argv.join(' ')} ended with ${outcome.exitCode}: ${outcome.stderr}${outcome.stdout}`,
      );
    },
    leave,
    close: async () => {
      await leave();
      await labDown(name, ignoreEvents);
    },
  };
}

/** Between two questions at first, and at most, milliseconds: to ask costs the machines that are waited for, too. */
const [firstPauseMs, longestPauseMs] = [100, 500];

/** Asks until the answer is as wanted, less often with time; throws with the last answer when it never is. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  withinMs = 60_000,
): Promise<T> {
  const end = performance.now() + withinMs;
  let last: unknown;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    try {
      const answer = await ask();
      if (isWanted(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end)
      throw new Error(`never as wanted; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
    await wait(pauseMs);
  }
}
