import { type Model, modelHosts } from '../model/model.ts';
import type { DrillStep } from './drill-fault.ts';

/** A step that is a command. */
export type CommandStep = Extract<DrillStep, { readonly kind: 'command' }>;

/** What causes and heals a fault that commands can bring about, in a lab and on real hosts. */
export interface CommandRecipe {
  readonly title: string;
  readonly cause: readonly [CommandStep, ...CommandStep[]];
  readonly heal: readonly [CommandStep, ...CommandStep[]];
  /** Watched for at least so long. Milliseconds. */
  readonly lastsMs: number;
}

/** What a drill left running on a host ends by itself after so long. Seconds. */
const mostSeconds = 300;

/** Starts a program that runs until its unit is stopped, five minutes at most. */
export function startUnit(host: string, unit: string, argv: readonly [string, ...string[]]): CommandStep {
  return {
    kind: 'command',
    host,
    argv: [
      ...(['systemd-run', '--quiet', '--collect', `--unit=${unit}`] as const),
      `--property=RuntimeMaxSec=${mostSeconds}`,
      '--',
      // The manager would replace $NAME by a variable (systemd.service(5), command lines).
      ...argv.map((word) => word.replaceAll('$', '$$$$')),
    ],
  };
}

/** Stops it. A unit that is gone already is as wanted. */
export function stopUnit(host: string, unit: string): CommandStep {
  const script = `systemctl stop "$1" 2>/dev/null || ! systemctl --quiet is-active "$1"`;
  return { kind: 'command', host, argv: ['sh', '-c', script, 'evenkeel-drill', unit] };
}

type Host = ReturnType<typeof modelHosts>[number];

/** A host of the model by its name. */
export function hostOf(model: Model, name: string): Host {
  const host = modelHosts(model).find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`the model has no host ${name}`);
  return host;
}
