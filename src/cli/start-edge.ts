import { relative, resolve } from 'node:path';
import { ignoreEvents } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import { labName } from '../lab/definition.ts';
import { labDown } from '../lab/lab-down.ts';
import { labOfModel } from '../lab/lab-of-model.ts';
import { labUp } from '../lab/lab-up.ts';
import { installPackages } from '../lab/packages.ts';
import { printStatus } from '../report/status-print.ts';
import { applyEdge } from './apply-edge.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { type Edge, loadEdge } from './edge-file.ts';
import { type EdgeHosts, openEdgeHosts } from './edge-hosts.ts';
import { lookAtEdge } from './look-at-edge.ts';
import { pause } from './pause.ts';
import type { StartFlags } from './start.ts';
import { styleFor } from './style.ts';

/** Between two looks at a running lab. */
const lookIntervalMs = 2000;
/** How long the edge may take to become healthy after apply: preempt delays and first health checks. */
const settleMs = 60_000;

/** Brings the edge up in the lab, shows it until Ctrl-C, and takes the lab away again; with `keep` it stays. */
export async function startEdge(context: CliContext, flags: StartFlags): Promise<number> {
  const edge = await loadEdge(context, flags.file);
  const suffix = flags.suffix ?? '';
  const name = labName(edge.model.name, suffix);
  let keep = false;
  // Until then there is nothing of ours to take away: a lab that can't start leaves nothing, or belongs to somebody.
  let up = false;
  try {
    await installPackages(context.emit, context.signal);
    await labUp(labOfModel(edge.model, { release: flags.release, suffix }), context.emit, context.signal);
    up = true;
    const edgeHosts = await openEdgeHosts(edge.model, { kind: 'lab', suffix });
    try {
      const applied = await applyEdge(context, edge, { edgeHosts, consent: 'given', show: 'nothing' });
      if (applied !== exitCodes.done) return applied;
      await untilHealthy(context, edge, edgeHosts);
      keep = flags.keep;
      if (keep) {
        context.print(howTo(context, edge, flags));
        return exitCodes.done;
      }
      return await showLive(context, { edge, edgeHosts, help: howTo(context, edge, flags) });
    } finally {
      await edgeHosts.close();
    }
  } catch (error) {
    // Ctrl-C is how this command ends, at whatever point it comes.
    if (context.signal.aborted) return exitCodes.done;
    throw error;
  } finally {
    if (up && !keep) await labDown(name, context.emit);
  }
}

async function untilHealthy(context: CliContext, edge: Edge, edgeHosts: EdgeHosts): Promise<void> {
  const began = context.now().getTime();
  const quiet = { ...context, emit: ignoreEvents };
  for (;;) {
    const status = await lookAtEdge(quiet, edge.model, edgeHosts);
    if (status.healthy || context.signal.aborted) return;
    if (context.now().getTime() - began > settleMs) {
      throw new Fault({
        code: 'unhealthy',
        message: 'the edge was applied but did not become healthy',
        said: status.problems.map((problem) => `${problem.subject}: ${problem.message}`).join('\n'),
        next: 'start again with --keep and look around with evenkeel lab ssh',
      });
    }
    await pause(500, context.signal);
  }
}

async function showLive(
  context: CliContext,
  { edge, edgeHosts, help }: { readonly edge: Edge; readonly edgeHosts: EdgeHosts; readonly help: string },
): Promise<number> {
  const style = styleFor(context);
  let shown = '';
  while (!context.signal.aborted) {
    // The picture is the progress.
    const status = await lookAtEdge({ ...context, emit: ignoreEvents }, edge.model, edgeHosts);
    const text = printStatus(status, style);
    // Elsewhere than on a terminal only what changed is worth a new picture.
    const problems = JSON.stringify([status.problems, status.vips.map((vip) => vip.holders)]);
    if (context.terminal) context.print(`\u001B[H\u001B[2J${text}\n${help}`);
    else if (problems !== shown) context.print(`${text}\n${help}`);
    shown = problems;
    await pause(lookIntervalMs, context.signal);
  }
  return exitCodes.done;
}

function howTo(context: CliContext, edge: Edge, flags: StartFlags): string {
  const file = relative(context.cwd, resolve(context.cwd, edge.file));
  const options = `-f ${file}${flags.suffix === undefined ? '' : ` --suffix ${flags.suffix}`}`;
  const site = edge.model.sites[0]?.names[0] ?? 'SITE';
  const [balancer] = edge.model.balancers;
  const lines = [
    ['look', `bin/evenkeel trace --lab ${options} https://${site}/`],
    ['', `bin/evenkeel lab exec ${options} client -- curl -sk https://${site}/`],
    ['', `bin/evenkeel lab ssh ${options} ${balancer?.name ?? 'HOST'}`],
    ['break', `bin/evenkeel lab fault ${options} stop ${balancer?.name ?? 'HOST'} nginx`],
    ['', `bin/evenkeel lab fault ${options} power-off ${balancer?.name ?? 'HOST'}`],
    ['heal', `bin/evenkeel lab fault ${options} heal`],
    ['stop', flags.keep ? `bin/evenkeel lab down ${options}` : 'Ctrl-C; nothing is left behind'],
  ];
  return `In another terminal:\n${lines.map(([what = '', how = '']) => `  ${what.padEnd(6)} ${how}`).join('\n')}\n`;
}
