import { agentConfig, agentConfigPath } from '../model/agent-config.ts';
import { agentCommand, agentProgramPath, agentReturn, agentUnit } from '../model/agent-paths.ts';
import type { ModelHost } from '../model/model.ts';
import { execSetting, printUnit, remark, setting } from '../syntax/systemd-unit.ts';
import type { DesiredFile, DesiredProgram } from './desired-file.ts';
import { hostPaths, madeBy } from './host-paths.ts';
import { desiredFile } from './make-file.ts';
import { agentGoneArgv } from './witness.ts';
import type { RenderInput } from './render-input.ts';
import { sharedSandbox } from './sandbox.ts';

/** The agent of a balancer or nameserver: its program, its command, what it is told, and its unit. Nothing for a web server. */
export function renderAgent(input: RenderInput, machine: ModelHost): readonly DesiredFile[] {
  const { agent, model } = input;
  if (agent === undefined || machine.kind === 'web') return [];
  const host = machine.name;
  return [
    desiredFile({
      host,
      path: agentProgramPath,
      content: agent.program,
      activates: 'agent',
      why: 'the agent: watches this host for the edge',
    }),
    desiredFile({
      host,
      path: agentCommand,
      content: commandScript(agent.runtime.path),
      mode: 0o755,
      activates: 'agent',
      why: 'starts the agent on its Node.js, and asks it',
    }),
    desiredFile({
      host,
      path: agentConfigPath,
      content: `${JSON.stringify(agentConfig(model, machine), undefined, 2)}\n`,
      activates: 'agent',
      why: 'what the agent is told of the edge',
    }),
    desiredFile({
      host,
      path: `/etc/systemd/system/${agentUnit}`,
      content: agentUnitText(machine.kind),
      activates: 'systemd-agent',
      why: 'runs the agent, and again when it dies or hangs',
    }),
  ];
}

/** The Node.js of a host that has an agent. */
export function agentPrograms(input: RenderInput, machine: ModelHost): readonly DesiredProgram[] {
  if (input.agent === undefined || machine.kind === 'web') return [];
  return [{ ...input.agent.runtime, why: 'Node.js, which runs the agent' }];
}

/**
 * At rest the heap is a few MiB: small generations are collected sooner, and the process stays small. Without the compiler
 * (v8.dev/blog/jitless) it needs no memory that is writable and executable, and 10 MB less; it costs a sixth of a little.
 */
export const agentNodeFlags = [
  '--jitless',
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--disable-warning=ExperimentalWarning',
] as const;

function commandScript(runtime: string): string {
  return `#!/bin/sh
# ${madeBy}
# agent run: the daemon, under ${agentUnit}. agent ask NAME: asks the daemon of this host; agent ask status: how it is.
exec ${runtime} ${agentNodeFlags.join(' ')} ${agentProgramPath} "$@"
`;
}

function agentUnitText(role: 'balancer' | 'nameserver'): string {
  return printUnit(
    [madeBy],
    [
      {
        name: 'Unit',
        entries: [
          setting('Description', 'evenkeel: the agent of this host'),
          remark('Only an order: nothing stops or starts with the agent, and no VIP moves without it.'),
          setting('After', role === 'balancer' ? 'nginx.service' : 'pdns.service'),
          setting('StartLimitIntervalSec', '0'),
        ],
      },
      {
        name: 'Service',
        entries: [
          execSetting('ExecStart', { argv: [agentCommand, 'run'], failure: 'fatal' }),
          remark('It says every three seconds that it is well, through systemd-notify, a process of its own.'),
          setting('Type', 'notify'),
          setting('NotifyAccess', 'all'),
          setting('WatchdogSec', String(agentReturn.watchdogMs / 1000)),
          remark('No core of an agent that hangs.'),
          setting('WatchdogSignal', 'SIGKILL'),
          setting('Restart', 'always'),
          setting('RestartSec', String(agentReturn.restartMs / 1000)),
          remark('A configuration it refuses is refused again.'),
          setting('RestartPreventExitStatus', '78'),
          setting('TimeoutStartSec', '30'),
          setting('TimeoutStopSec', '5'),
          setting('MemoryMax', '160M'),
          setting('TasksMax', '64'),
          remark('Memory of its threads comes from one place, so that little of it lies idle.'),
          setting('Environment', 'MALLOC_ARENA_MAX=1 UV_THREADPOOL_SIZE=2'),
          setting('RuntimeDirectory', 'evenkeel/agent'),
          setting('RuntimeDirectoryMode', '0750'),
          remark('It reads /proc, asks its neighbours, and writes files that root owns.'),
          ...(role === 'balancer'
            ? [
                remark(
                  'nft passes packets of moved connections on, arping tells neighbours which of two holders stays.',
                ),
                setting('CapabilityBoundingSet', 'CAP_NET_ADMIN CAP_NET_RAW'),
                remark('What it said of the network ends with it.'),
                execSetting('ExecStopPost', { argv: agentGoneArgv, failure: 'tolerant', sandbox: 'none' }),
              ]
            : [setting('CapabilityBoundingSet', '')]),
          setting('ReadWritePaths', `${hostPaths.run} ${hostPaths.state}`),
          ...sharedSandbox,
          setting('PrivateDevices', 'yes'),
          setting('ProtectKernelTunables', 'yes'),
          setting('RestrictRealtime', 'yes'),
          setting('MemoryDenyWriteExecute', 'yes'),
          setting(
            'RestrictAddressFamilies',
            role === 'balancer'
              ? 'AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET'
              : 'AF_UNIX AF_INET AF_INET6 AF_NETLINK',
          ),
          setting('SystemCallFilter', '@system-service'),
          setting('SystemCallErrorNumber', 'EPERM'),
        ],
      },
      { name: 'Install', entries: [setting('WantedBy', 'multi-user.target')] },
    ],
  );
}
