import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag, labFlag, labSuffixFlag } from './flags.ts';

interface TraceFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly json: boolean;
  readonly suffix?: string;
}

/** `evenkeel trace URL`: the seven steps of one real request. */
export const traceCommand = buildCommand<TraceFlags, [string], CliContext>({
  docs: {
    brief: 'Show the seven steps of one real request, with addresses, times and reasons',
    fullDescription:
      "Sends one request and shows what each part of the edge did with it. With --lab it is sent by the lab's client,\n" +
      'else by this computer. A broken step is named with its cause.',
    customUsage: ['https://devops.com/', '--lab https://devops.com/'],
  },
  parameters: {
    flags: { file: fileFlag, lab: labFlag, json: jsonFlag, suffix: labSuffixFlag },
    positional: { kind: 'tuple', parameters: [{ parse: String, brief: 'http or https URL', placeholder: 'url' }] },
    aliases: fileAlias,
  },
  async func(flags, url) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { placeOf } = await import('./place.ts');
      const { withHealedHosts } = await import('./healed-hosts.ts');
      const { trustedRoot } = await import('./edge-material.ts');
      const { observeTrace, parseTraceTarget } = await import('../observe/trace-observe.ts');
      const { explainTrace } = await import('../report/trace-explain.ts');
      const { printTrace } = await import('../report/trace-print.ts');
      const { styleFor } = await import('./style.ts');
      const { completeCommands } = await import('./invocation.ts');
      const target = parseTraceTarget(url);
      if (target === undefined) {
        this.printError(`error: ${url} is no http or https URL; write it whole, e.g. https://devops.com/`);
        return exitCodes.usage;
      }
      const edge = await loadEdge(this, flags.file);
      return withHealedHosts(this, { edge, place: placeOf(flags) }, async (edgeHosts) => {
        const { hosts, client } = edgeHosts;
        const facts = await observeTrace({
          model: edge.model,
          hosts,
          from: client === undefined ? { kind: 'here' } : { kind: 'client', host: client },
          target,
          trust: await trustedRoot(edge),
          now: this.now,
          emit: this.emit,
        });
        const trace = explainTrace(edge.model, facts);
        const text = flags.json
          ? JSON.stringify(trace, undefined, 2)
          : completeCommands(printTrace(trace, styleFor(this)), this.invocation);
        this.print(text);
        return trace.steps.some((step) => step.state === 'broken') ? exitCodes.refused : exitCodes.done;
      });
    });
  },
});
