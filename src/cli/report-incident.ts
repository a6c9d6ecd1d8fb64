import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag, labFlag, labSuffixFlag, optionalText } from './flags.ts';

interface IncidentFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly suffix?: string;
  readonly json: boolean;
  readonly html?: string;
  readonly from: string;
  readonly to?: string;
}

/** `evenkeel report incident --from TIME [--to TIME]`: everything that happened in a range of time. */
export const reportIncidentCommand = buildCommand<IncidentFlags, [], CliContext>({
  docs: {
    brief:
      'Report a range of time: timeline, who held what, problems and how long they lasted, operations, availability',
    fullDescription:
      'Prints Markdown for a ticket or a wiki. Times are 2026-11-29T12:00Z, "2026-11-29 12:00" (UTC), or 2h for two hours ago.',
    customUsage: ['--from 2h', '--from 2026-11-29T12:00Z --to 2026-11-29T13:30Z --html incident.html'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      lab: labFlag,
      suffix: labSuffixFlag,
      json: jsonFlag,
      html: optionalText('Write one HTML file with a picture', 'file'),
      from: { kind: 'parsed', parse: String, brief: 'Where it begins', placeholder: 'time' },
      to: optionalText('Where it ends; now unless given', 'time'),
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { writeReport } = await import('./write-report.ts');
      const { readRange } = await import('../report/report-range.ts');
      const range = readRange({ from: flags.from, to: flags.to ?? '' }, this.now().getTime());
      if (!range.ok) {
        this.printError(`error: ${range.error}`);
        return exitCodes.usage;
      }
      await writeReport(this, flags, { kind: 'incident', range: range.value });
      return exitCodes.done;
    });
  },
});
