import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag, labFlag, labSuffixFlag, switchFlag } from './flags.ts';

interface StatusFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly json: boolean;
  readonly watch: boolean;
  readonly suffix?: string;
}

/** Between two looks of `--watch`. */
const watchIntervalMs = 2000;

/** `evenkeel status`: what is true now; the exit code says healthy or not. */
export const statusCommand = buildCommand<StatusFlags, [], CliContext>({
  docs: {
    brief: 'Say what is true now: holders, backends, DNS answers, certificates; exit 0 when healthy',
    customUsage: ['', '--watch', '--lab --json'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      lab: labFlag,
      json: jsonFlag,
      watch: switchFlag('Look again every two seconds until Ctrl-C'),
      suffix: labSuffixFlag,
    },
    aliases: { ...fileAlias, w: 'watch' },
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { placeOf } = await import('./place.ts');
      const { withHealedHosts } = await import('./healed-hosts.ts');
      const { lookAtEdge } = await import('./look-at-edge.ts');
      const { printStatus } = await import('../report/status-print.ts');
      const { styleFor } = await import('./style.ts');
      const { completeCommands } = await import('./invocation.ts');
      const { ignoreEvents } = await import('../base/event.ts');
      const { pause } = await import('../hosts/pause.ts');
      const edge = await loadEdge(this, flags.file);
      // A picture that is drawn again and again is its own progress.
      const context = flags.watch ? { ...this, emit: ignoreEvents } : this;
      return withHealedHosts(this, { edge, place: placeOf(flags) }, async (edgeHosts) => {
        for (;;) {
          const status = await lookAtEdge(context, edge.model, edgeHosts);
          const text = flags.json
            ? JSON.stringify(status, undefined, flags.watch ? undefined : 2)
            : completeCommands(printStatus(status, styleFor(this)), this.invocation);
          if (flags.watch && this.terminal && !flags.json) this.redraw(text, '');
          else this.print(text);
          if (!flags.watch || this.signal.aborted) return status.healthy ? exitCodes.done : exitCodes.refused;
          await pause(watchIntervalMs, this.signal);
        }
      });
    });
  },
});
