import { buildCommand, buildRouteMap } from '@stricli/core';
import type { Release } from '../base/release.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag, labSuffixFlag, switchFlag, releaseFlag } from './flags.ts';
import { labExecCommand, labSshCommand } from './lab-enter.ts';
import { labFaultCommand } from './lab-fault.ts';

interface UpFlags {
  readonly file: string;
  readonly suffix?: string;
  readonly release: Release;
  readonly install: boolean;
}

const upCommand = buildCommand<UpFlags, [], CliContext>({
  docs: { brief: 'Start a bare Debian machine for every host of the edge, and a client' },
  parameters: {
    flags: {
      file: fileFlag,
      suffix: labSuffixFlag,
      release: releaseFlag('Debian release of the machines'),
      install: switchFlag('Install Debian packages that the lab needs and this computer lacks'),
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { labOfModel } = await import('../lab/lab-of-model.ts');
      const { labUp } = await import('../lab/lab-up.ts');
      const { installPackages } = await import('../lab/packages.ts');
      const { model } = await loadEdge(this, flags.file);
      const { release, suffix } = flags;
      if (flags.install) await installPackages(this.emit, this.signal);
      const definition = labOfModel(model, { release, ...(suffix === undefined ? {} : { suffix }) });
      const status = await labUp(definition, this.emit, this.signal);
      this.print(`the lab ${status.name} is up: ${status.hosts.map((host) => host.name).join(', ')}`);
      const { completeCommands } = await import('./invocation.ts');
      this.print(
        completeCommands('the machines are bare Debian; configure them: evenkeel apply --lab', this.invocation),
      );
      return exitCodes.done;
    });
  },
});

interface DownFlags {
  readonly file: string;
  readonly suffix?: string;
  readonly all: boolean;
}

const downCommand = buildCommand<DownFlags, [], CliContext>({
  docs: { brief: 'Take the lab away; the computer is then as it was' },
  parameters: {
    flags: { file: fileFlag, suffix: labSuffixFlag, all: switchFlag('Every lab on this computer') },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { labDown } = await import('../lab/lab-down.ts');
      if (flags.all) {
        const { labFolders } = await import('../lab/state.ts');
        for (const name of await labFolders()) await labDown(name, this.emit);
        return exitCodes.done;
      }
      const { loadEdge } = await import('./edge-file.ts');
      const { labName } = await import('../lab/definition.ts');
      const { model } = await loadEdge(this, flags.file);
      await labDown(labName(model.name, flags.suffix), this.emit);
      return exitCodes.done;
    });
  },
});

interface StatusFlags {
  readonly file: string;
  readonly suffix?: string;
  readonly json: boolean;
}

const statusCommand = buildCommand<StatusFlags, [], CliContext>({
  docs: { brief: 'Say which machines run, their addresses and the namespace "ip netns exec" can enter' },
  parameters: { flags: { file: fileFlag, suffix: labSuffixFlag, json: jsonFlag }, aliases: fileAlias },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { labName } = await import('../lab/definition.ts');
      const { assertLabRunning } = await import('../lab/lab-status.ts');
      const { printLabStatus } = await import('../report/print-lab-status.ts');
      const { styleFor } = await import('./style.ts');
      const { completeCommands } = await import('./invocation.ts');
      const { model } = await loadEdge(this, flags.file);
      const status = await assertLabRunning(labName(model.name, flags.suffix));
      if (flags.json) this.print(JSON.stringify({ version: 1, ...status }, undefined, 2));
      else this.print(completeCommands(printLabStatus(status, styleFor(this)), this.invocation));
      return status.running ? exitCodes.done : exitCodes.refused;
    });
  },
});

/** `evenkeel lab ...`: the edge on throw-away Debian machines on this computer. */
export const labRoutes = buildRouteMap({
  routes: {
    up: upCommand,
    down: downCommand,
    status: statusCommand,
    ssh: labSshCommand,
    exec: labExecCommand,
    fault: labFaultCommand,
  },
  docs: { brief: 'The same edge on throw-away Debian machines on this computer' },
});
