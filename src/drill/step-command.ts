import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import type { Moment } from './causer.ts';
import type { DrillStep } from './drill-fault.ts';

/** How long the command of a step may take. Milliseconds. */
const commandMs = 60_000;

/** Runs a step that is a command, as root. Throws `command-failed` when it ends with another exit code than 0. */
export async function runStepCommand(
  hosts: ReadonlyMap<string, Host>,
  step: Pick<Extract<DrillStep, { readonly kind: 'command' }>, 'host' | 'argv'>,
): Promise<Moment> {
  const host = hosts.get(step.host);
  if (host === undefined) throw new Fault({ code: 'not-found', message: `there is no way to the host ${step.host}` });
  const from = Date.now();
  const outcome = await host.run({ argv: step.argv, timeoutMs: commandMs });
  const to = Date.now();
  if (outcome.exitCode === 0) return { from, to };
  throw new Fault({
    code: 'command-failed',
    message: `${step.argv[0]} ended with ${outcome.exitCode} on ${step.host}`,
    host: step.host,
    command: step.argv,
    said: outcome.stderr.trim() || outcome.stdout.trim(),
  });
}
