import { buildCommand } from '@stricli/core';
import { type Model, modelHosts } from '../model/model.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { deadlineFlag, fileAlias, fileFlag, jsonFlag, labFlag, labSuffixFlag } from './flags.ts';

interface MoveFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly json: boolean;
  readonly suffix?: string;
  readonly deadline: number;
}

/** `evenkeel move VIP NODE`: another balancer holds a VIP, and no request or connection is lost. */
export const moveCommand = buildCommand<MoveFlags, [string, string], CliContext>({
  docs: {
    brief: 'Move a VIP to a balancer without losing a request or a connection',
    fullDescription:
      'The new holder takes the address before the old one lets go, and passes packets of connections it does not know\n' +
      'to the balancer that has them, until they end or the deadline comes. The VIP stays there, also after a reboot,\n' +
      'until it is moved again; moved to the balancer it prefers, everything is as the file says.\n' +
      'A balancer that can not serve (drained, cut off, blind, without NGINX) is refused, and why is said. One that has\n' +
      'just returned and is still watched is not: your order ends the watch, and its own VIPs come home too.',
    customUsage: ['vip1 lb2', '--lab vip1 lb2', '--deadline 1h vip1 lb2'],
  },
  parameters: {
    flags: { file: fileFlag, lab: labFlag, json: jsonFlag, suffix: labSuffixFlag, deadline: deadlineFlag },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, brief: 'A VIP of the edge file', placeholder: 'vip' },
        { parse: String, brief: 'The balancer that is to hold it', placeholder: 'balancer' },
      ],
    },
    aliases: fileAlias,
  },
  async func(flags, vipName, balancer) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { withMoveWorld } = await import('./planned-move.ts');
      const { moveVip } = await import('../moves/move-vip.ts');
      const { completeCommands } = await import('./invocation.ts');
      const { printMoved } = await import('../report/print-moves.ts');
      const edge = await loadEdge(this, flags.file);
      const { vips, balancers } = edge.model;
      const vip = vips.find((one) => one.name === vipName);
      if (vip === undefined || !balancers.some((one) => one.name === balancer)) {
        this.printError(await wrongName(edge.model, vip === undefined ? { vip: vipName } : { balancer }));
        return exitCodes.usage;
      }
      return withMoveWorld(this, { edge, flags }, async (world) => {
        const moved = await moveVip(world, vip, balancer);
        this.print(
          flags.json
            ? JSON.stringify({ version: 1, ...moved }, undefined, 2)
            : completeCommands(printMoved(moved), this.invocation),
        );
        return exitCodes.done;
      });
    });
  },
});

/** Says that there is no such VIP, or no such balancer, and what there is. */
async function wrongName(
  model: Model,
  word: { readonly vip: string } | { readonly balancer: string },
): Promise<string> {
  const { knownName } = await import('./known-name.ts');
  if ('vip' in word) return knownName({ kind: 'VIP', name: word.vip, known: model.vips.map(({ name }) => name) });
  const known = model.balancers.map(({ name }) => name);
  const host = modelHosts(model).find(({ name }) => name === word.balancer);
  if (host === undefined) return knownName({ kind: 'balancer', name: word.balancer, known });
  const kind = host.kind === 'web' ? 'web server' : host.kind;
  return `error: ${host.name} is a ${kind}, and only a balancer holds VIPs\nfix: write one of ${known.join(', ')}`;
}
