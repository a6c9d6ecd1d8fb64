import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag, labFlag, labSuffixFlag } from './flags.ts';

interface AlertListFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly json: boolean;
  readonly suffix?: string;
}

/** `evenkeel alert list`: what the dashboard has told and what goes on, and how its receivers do. */
export const alertListCommand = buildCommand<AlertListFlags, [], CliContext>({
  docs: {
    brief: 'Show which alerts are on, as the dashboard that sends them wrote them down, and how its receivers do',
    customUsage: ['', '--lab', '--json'],
  },
  parameters: {
    flags: { file: fileFlag, lab: labFlag, json: jsonFlag, suffix: labSuffixFlag },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { alertsPath } = await import('./alert-place.ts');
      const { loadEdge } = await import('./edge-file.ts');
      const { placeOf } = await import('./place.ts');
      const { completeCommands } = await import('./invocation.ts');
      const { lookAt } = await import('./look-at.ts');
      const { styleFor } = await import('./style.ts');
      const { alertListJson, printAlertList } = await import('../report/print-alerts.ts');
      const { openAlertStore } = await import('../store/alert-store.ts');
      const edge = await loadEdge(this, flags.file);
      const path = alertsPath(edge, placeOf(flags));
      const memory = lookAt(path, openAlertStore, (store) => store?.load());
      const list = { receivers: edge.model.alerts.receivers, memory, now: this.now().getTime() };
      const text = flags.json ? alertListJson(list) : printAlertList(list, styleFor(this));
      this.print(flags.json ? text : completeCommands(text, this.invocation));
      return exitCodes.done;
    });
  },
});
