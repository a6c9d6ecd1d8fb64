import { lockAll } from '../apply/host-locks.ts';
import { thisController } from '../apply/controller.ts';
import { assertNoDrill } from '../drill/journal.ts';
import { type MoveWorld, usualPatience } from '../moves/move-world.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { placeOf } from './place.ts';
import { withHealedHosts } from './healed-hosts.ts';
import { drillPlace } from './place-causer.ts';

/** What a planned operation is asked for. */
export interface MoveRequest {
  readonly edge: Edge;
  readonly flags: { readonly lab: boolean; readonly suffix?: string; readonly deadline: number };
}

/** Does one planned operation with the balancers locked: no apply and no second operation at the same time. */
export async function withMoveWorld<T>(
  context: CliContext,
  { edge, flags }: MoveRequest,
  work: (world: MoveWorld) => Promise<T>,
): Promise<T> {
  const { model } = edge;
  const place = placeOf(flags);
  return withHealedHosts(context, { edge, place }, async ({ hosts }) => {
    await assertNoDrill(edge.stateDirectory, drillPlace(model, place));
    const balancers = model.balancers.flatMap((balancer) => hosts.get(balancer.name) ?? []);
    const reachable = await Promise.all(
      balancers.map(async (host) => ({
        host,
        answers: await host.run({ argv: ['true'] }).then(
          () => true,
          () => false,
        ),
      })),
    );
    const locks = await lockAll(
      reachable.filter((one) => one.answers).map((one) => one.host),
      await thisController(context.now()),
      context.emit,
    );
    try {
      return await work({
        model,
        hosts,
        emit: context.emit,
        signal: context.signal,
        deadlineMs: flags.deadline,
        patience: usualPatience,
      });
    } finally {
      await locks.release();
    }
  });
}
