import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { deadlineFlag, fileAlias, fileFlag, jsonFlag, labFlag, labSuffixFlag } from './flags.ts';

interface DrainFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly json: boolean;
  readonly suffix?: string;
  readonly deadline: number;
}

const flags = { file: fileFlag, lab: labFlag, json: jsonFlag, suffix: labSuffixFlag, deadline: deadlineFlag };
const positional = {
  kind: 'tuple',
  parameters: [{ parse: String, brief: 'A balancer of the edge file', placeholder: 'balancer' }],
} as const;

/** `evenkeel drain NODE`: takes a balancer out of service without loss. */
export const drainCommand = buildCommand<DrainFlags, [string], CliContext>({
  docs: {
    brief: 'Take a balancer out of service without losing a request or a connection',
    fullDescription:
      'Its VIPs move to other balancers first; then it may hold none, also after a reboot, until `undrain`; then its\n' +
      'connections may end by themselves until the deadline. Exit 1 when some are left then.',
    customUsage: ['lb1', '--lab lb1', '--deadline 0s lb1'],
  },
  parameters: { flags, positional, aliases: fileAlias },
  async func(given, balancer) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { withMoveWorld } = await import('./planned-move.ts');
      const { drainBalancer } = await import('../moves/drain-balancer.ts');
      const { printDrained } = await import('../report/print-moves.ts');
      const edge = await loadEdge(this, given.file);
      if (!(await isBalancer(this, edge.model, balancer))) return exitCodes.usage;
      return withMoveWorld(this, { edge, flags: given }, async (world) => {
        const drained = await drainBalancer(world, balancer);
        this.print(given.json ? JSON.stringify({ version: 1, ...drained }, undefined, 2) : printDrained(drained));
        return drained.connections === 0 || given.deadline === 0 ? exitCodes.done : exitCodes.refused;
      });
    });
  },
});

/** `evenkeel undrain NODE`: puts it back into service; its VIPs come home without loss. */
export const undrainCommand = buildCommand<DrainFlags, [string], CliContext>({
  docs: {
    brief: 'Put a drained balancer back into service; its VIPs come home without loss',
    customUsage: ['lb1', '--lab lb1'],
  },
  parameters: { flags, positional, aliases: fileAlias },
  async func(given, balancer) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { withMoveWorld } = await import('./planned-move.ts');
      const { undrainBalancer } = await import('../moves/drain-balancer.ts');
      const { printUndrained } = await import('../report/print-moves.ts');
      const edge = await loadEdge(this, given.file);
      if (!(await isBalancer(this, edge.model, balancer))) return exitCodes.usage;
      return withMoveWorld(this, { edge, flags: given }, async (world) => {
        const undrained = await undrainBalancer(world, balancer);
        this.print(given.json ? JSON.stringify({ version: 1, ...undrained }, undefined, 2) : printUndrained(undrained));
        return exitCodes.done;
      });
    });
  },
});

async function isBalancer(
  context: CliContext,
  model: { readonly balancers: readonly { readonly name: string }[] },
  name: string,
): Promise<boolean> {
  const { knownName } = await import('./known-name.ts');
  const known = model.balancers.map((one) => one.name);
  if (known.includes(name)) return true;
  context.printError(knownName({ kind: 'balancer', name, known }));
  return false;
}
