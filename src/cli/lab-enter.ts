import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, labSuffixFlag } from './flags.ts';

interface EnterFlags {
  readonly file: string;
  readonly suffix?: string;
}

const machineParameter = { parse: String, brief: 'The machine', placeholder: 'machine' } as const;

/** `evenkeel lab ssh MACHINE`: a shell on a machine of the lab. */
export const labSshCommand = buildCommand<EnterFlags, [string], CliContext>({
  docs: { brief: 'Open a shell on a machine of the lab' },
  parameters: {
    flags: { file: fileFlag, suffix: labSuffixFlag },
    positional: { kind: 'tuple', parameters: [machineParameter] },
    aliases: fileAlias,
  },
  async func(flags, machine) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { labMachine } = await import('./lab-machine.ts');
      const { runInteractive } = await import('../hosts/interactive-process.ts');
      const place = await labMachine(this, flags, machine);
      return runInteractive(['ssh', '-F', place.sshConfig, '-o', 'LogLevel=ERROR', machine]);
    });
  },
});

/** `evenkeel lab exec MACHINE -- COMMAND...`: one command on a machine of the lab, as root. */
export const labExecCommand = buildCommand<EnterFlags, string[], CliContext>({
  docs: {
    brief: 'Run one command on a machine of the lab, as root; its exit code is ours',
    customUsage: ['lb1 -- ip addr', 'client -- curl -sk https://devops.com/'],
  },
  parameters: {
    flags: { file: fileFlag, suffix: labSuffixFlag },
    positional: {
      kind: 'array',
      minimum: 2,
      parameter: { parse: String, brief: 'The machine, then the command and its arguments', placeholder: 'word' },
    },
    aliases: fileAlias,
  },
  async func(flags, machine = '', ...words) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { labMachine } = await import('./lab-machine.ts');
      const { openLabMachine } = await import('./edge-hosts.ts');
      const { lab } = await labMachine(this, flags, machine);
      const [program, ...rest] = words;
      if (program === undefined) return exitCodes.usage;
      const host = openLabMachine(lab, machine);
      try {
        const outcome = await host.run({ argv: [program, ...rest], timeoutMs: 600_000 });
        if (outcome.stdout !== '') this.print(outcome.stdout);
        if (outcome.stderr !== '') this.printError(outcome.stderr);
        return outcome.exitCode;
      } finally {
        await host.close();
      }
    });
  },
});
