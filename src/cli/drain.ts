import { buildCommand } from '@stricli/core';
import type { Model } from '../model/model.ts';
import type { MoveWorld } from '../moves/move-world.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { completeCommands } from './invocation.ts';
import { deadlineFlag, fileAlias, fileFlag, jsonFlag, labFlag, labSuffixFlag, switchFlag } from './flags.ts';

interface DrainFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly json: boolean;
  readonly suffix?: string;
  readonly deadline: number;
}

interface DrainAndYes extends DrainFlags {
  readonly yes: boolean;
}

const flags = { file: fileFlag, lab: labFlag, json: jsonFlag, suffix: labSuffixFlag, deadline: deadlineFlag };
const positional = {
  kind: 'tuple',
  parameters: [
    { parse: String, brief: 'A balancer of the edge file, or a backend: web1, web1:8080', placeholder: 'name' },
  ],
} as const;

/** `evenkeel drain NODE`: takes a balancer out of service without loss. */
export const drainCommand = buildCommand<DrainAndYes, [string], CliContext>({
  docs: {
    brief: 'Take a balancer or a backend out of service without losing a request or a connection',
    fullDescription:
      'Its VIPs move to other balancers first; then it may hold none, also after a reboot, until `undrain`; then its\n' +
      'connections may end by themselves until the deadline. Exit 1 when some are left then.\n' +
      'A backend gets no new clients from any balancer, without a reload; those with its cookie stay. When a pool would\n' +
      'have nothing left for new clients, you are asked first; in the lab you are only told.',
    customUsage: ['lb1', '--lab web1', '--deadline 0s lb1', '--yes web1'],
  },
  parameters: {
    flags: { ...flags, yes: switchFlag('Do not ask before the last backend of a pool is drained') },
    positional,
    aliases: fileAlias,
  },
  async func(given, name) {
    const consent = given.yes || given.lab || given.suffix !== undefined ? 'given' : 'ask';
    await turn(this, { flags: given, name, does: 'drain', consent }, async (world) => {
      const { drainBalancer } = await import('../moves/drain-balancer.ts');
      const { printDrained } = await import('../report/print-moves.ts');
      const drained = await drainBalancer(world, name);
      printTurned(this, given, { document: drained, text: printDrained(drained) });
      return drained.connections === 0 || given.deadline === 0 ? exitCodes.done : exitCodes.refused;
    });
  },
});

/** `evenkeel undrain NODE`: puts it back into service; its VIPs come home without loss. */
export const undrainCommand = buildCommand<DrainFlags, [string], CliContext>({
  docs: {
    brief: 'Put a drained balancer or backend back into service; VIPs come home without loss',
    fullDescription:
      'Waits until the VIPs that prefer a balancer are at home; when something else keeps it out of service, the drain is\n' +
      'over all the same, and what it is is said at once (exit 1). A balancer that has just returned is watched no longer.\n' +
      'What was not drained is left as it is (exit 0).',
    customUsage: ['lb1', '--lab lb1'],
  },
  parameters: { flags, positional, aliases: fileAlias },
  async func(given, name) {
    await turn(this, { flags: given, name, does: 'undrain', consent: 'given' }, async (world) => {
      const { undrainBalancer } = await import('../moves/undrain-balancer.ts');
      const { printUndrained } = await import('../report/print-moves.ts');
      const undrained = await undrainBalancer(world, name);
      printTurned(this, given, { document: undrained, text: printUndrained(undrained) });
      return exitCodes.done;
    });
  },
});

interface Turn {
  readonly flags: DrainFlags;
  readonly name: string;
  readonly does: 'drain' | 'undrain';
  /** Of the person, to take the last backend of a pool. */
  readonly consent: 'given' | 'ask';
}

/** Finds out what the name is of: a backend is turned the same way for both commands, a balancer by `ofBalancer`. */
async function turn(
  context: CliContext,
  { flags: given, name, does, consent }: Turn,
  ofBalancer: (world: MoveWorld) => Promise<number>,
): Promise<void> {
  const { runCommand } = await import('./run-command.ts');
  await runCommand(context, async () => {
    const { loadEdge } = await import('./edge-file.ts');
    const { withMoveWorld } = await import('./planned-move.ts');
    const edge = await loadEdge(context, given.file);
    const kind = await kindOf(context, edge.model, name);
    if (kind === 'unknown') return exitCodes.usage;
    return withMoveWorld(context, { edge, flags: given }, (world) =>
      kind === 'balancer' ? ofBalancer(world) : turnBackend(context, { flags: given, name, does, consent }, world),
    );
  });
}

async function kindOf(context: CliContext, model: Model, name: string): Promise<'balancer' | 'backend' | 'unknown'> {
  const { knownName } = await import('./known-name.ts');
  const { backendNames, isBackend } = await import('../moves/backend-names.ts');
  const balancers = model.balancers.map((one) => one.name);
  if (balancers.includes(name)) return 'balancer';
  if (isBackend(model, name)) return 'backend';
  context.printError(knownName({ kind: 'balancer or backend', name, known: [...balancers, ...backendNames(model)] }));
  return 'unknown';
}

async function turnBackend(
  context: CliContext,
  { flags: given, name, does, consent }: Turn,
  world: MoveWorld,
): Promise<number> {
  const { drainBackend } = await import('../moves/drain-backend.ts');
  const { emptiedPools, lookAtBackends } = await import('../moves/look-at-backend.ts');
  const { printDrainedBackend } = await import('../report/print-moves.ts');
  const sights = await lookAtBackends(world);
  const emptied = does === 'drain' ? emptiedPools(world, name, sights) : [];
  if (emptied.length > 0) {
    const { mayEmptyPools } = await import('./empty-pools.ts');
    if (!(await mayEmptyPools(context, { pools: emptied, backend: name, consent }))) return exitCodes.refused;
  }
  const done = await drainBackend(world, { name, does, sights });
  printTurned(context, given, { document: done, text: printDrainedBackend(done) });
  return done.silent.length === 0 ? exitCodes.done : exitCodes.refused;
}

/** The result, as a document or as words whose commands can be typed as they stand. */
function printTurned(
  context: CliContext,
  { json }: DrainFlags,
  { document, text }: { readonly document: object; readonly text: string },
): void {
  context.print(
    json ? JSON.stringify({ version: 1, ...document }, undefined, 2) : completeCommands(text, context.invocation),
  );
}
