import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, labSuffixFlag, switchFlag } from './flags.ts';

interface FaultFlags {
  readonly file: string;
  readonly suffix?: string;
  readonly all: boolean;
  readonly oneWay: boolean;
}

/** `evenkeel lab fault KIND ...`: breaks something in the lab from outside, or heals everything. */
export const labFaultCommand = buildCommand<FaultFlags, string[], CliContext>({
  docs: {
    brief:
      'Break something in the lab: kill, hang, stop, power-off, link-down, partition, gateway-down; or heal everything',
    customUsage: [
      'stop lb1 nginx',
      'kill lb1 nginx --all',
      'hang lb1 nginx',
      'power-off lb1',
      'link-down lb1',
      'partition lb1 lb2 --one-way',
      'gateway-down lan',
      'heal',
    ],
  },
  parameters: {
    flags: {
      file: fileFlag,
      suffix: labSuffixFlag,
      all: switchFlag('kill: every process of the service, not only the main one'),
      oneWay: switchFlag('partition, join: drop only what the first machine sends to the second'),
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: {
        parse: String,
        brief: 'Kind of fault, machine or network, service or second machine',
        placeholder: 'word',
      },
    },
    aliases: fileAlias,
  },
  async func(flags, ...words) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { causeFaultByWords } = await import('./lab-fault-words.ts');
      const said = await causeFaultByWords(this, flags, words);
      if (said.ok) {
        this.print(said.value);
        return exitCodes.done;
      }
      this.printError(said.error);
      return exitCodes.usage;
    });
  },
});
