import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag, labFlag, labSuffixFlag, optionalText } from './flags.ts';

interface MonthFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly suffix?: string;
  readonly json: boolean;
  readonly html?: string;
}

/** `evenkeel report month [YYYY-MM]`: availability against the targets, and what happened. */
export const reportMonthCommand = buildCommand<MonthFlags, [string?], CliContext>({
  docs: {
    brief:
      'Report a month: availability against each target, outages, problems, operations; exit 0 when no target was missed',
    fullDescription:
      'Prints Markdown: availability as the outside probe of "serve" saw it, held against `slo` of the sites, with problems,\n' +
      'holders, operations and the timeline. Months are those of UTC.',
    customUsage: ['', '2026-11 --html november.html', '--lab --json'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      lab: labFlag,
      suffix: labSuffixFlag,
      json: jsonFlag,
      html: optionalText('Write one HTML file with a picture', 'file'),
    },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          brief: 'The month, e.g. 2026-11; this one unless given',
          placeholder: 'month',
          optional: true,
        },
      ],
    },
    aliases: fileAlias,
  },
  async func(flags, month = '') {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { writeReport } = await import('./write-report.ts');
      const { readMonth } = await import('../report/report-range.ts');
      const range = readMonth(month, this.now().getTime());
      if (!range.ok) {
        this.printError(`error: ${range.error}`);
        return exitCodes.usage;
      }
      const report = await writeReport(this, flags, { kind: 'month', range: range.value });
      return report.availability.some(({ verdict }) => verdict === 'missed') ? exitCodes.refused : exitCodes.done;
    });
  },
});
