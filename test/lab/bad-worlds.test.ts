import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { foreignVrrp } from '../../src/drill/segment-faults.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import { labName } from '../../src/lab/definition.ts';
import { insideArgv, leaderOf } from '../../src/lab/inside.ts';
import { labPaths } from '../../src/lab/lab-paths.ts';
import { type CliRun, evenkeelPath, runProgram } from '../kit/cli.ts';
import { type CommandEnd, type EdgeCommand, edgeCommand } from '../kit/edge-command.ts';
import { type EdgeLab, eventually, startEdgeLab } from '../kit/edge-lab.ts';
import { exampleFile, exampleModel } from '../kit/example-model.ts';
import { labTraces } from '../kit/lab-traces.ts';

/** Worlds that refuse, met through the command itself; plan and apply reach the hosts the same way. Those of a running apply are in apply.test.ts. */
const machines = ['lb1', 'lb2', 'dns1', 'dns2', 'web1', 'web2'] as const;

describe('a computer that can not run a lab', () => {
  const suffix = `no-${process.pid}`;
  const lab = labName('devops', suffix);
  const file = exampleFile('devops.com');
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp('/var/tmp/evenkeel-bad-');
  });
  afterEach(async () => {
    await runProgram([evenkeelPath, 'lab', 'down', '-f', file, '--suffix', suffix]);
    await rm(folder, { recursive: true, force: true });
    expect(labTraces(lab)).toEqual([]);
  });

  const up = (env: Readonly<Record<string, string>>): Promise<CliRun> =>
    runProgram([evenkeelPath, 'lab', 'up', '-f', file, '--suffix', suffix], { env });

  test.each([
    'lab up',
    'lab status',
    'lab down',
    'lab fault -- power-off lb1',
    'lab exec -- lb1 true',
    'start',
    'plan --lab',
    'status --lab',
  ])('no root: "%s" says so and what to do', async (line) => {
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
    const [command = '', operands = ''] = line.split(' -- ');
    const words = [...command.split(' '), '-f', file, '--suffix', suffix, ...operands.split(' ').filter(Boolean)];
    const run = await runProgram(['setpriv', ...nobody, evenkeelPath, ...words]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(
      /^error: only root can .* \[not-root\]\n {2}state: nothing was changed\n {2}next: run the same command with sudo\n/,
    );
    if (line === 'start') expect(run.stderr).toContain('only root can start machines');
  });

  test('no nspawn: the packages to install are named', async () => {
    // A package database without packages (dpkg(1), DPKG_ADMINDIR).
    await writeFile(join(folder, 'status'), '');
    const run = await up({ DPKG_ADMINDIR: folder });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(
      /\[tool-missing\]\n {2}state: nothing was changed\n {2}next: apt-get install .*systemd-container/,
    );
  });

  test('no room for the image: the folder, what it needs, what there is, and how to name another', async () => {
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', folder]).status).toBe(0);
    try {
      const run = await up({ EVENKEEL_CACHE: folder });
      expect(run.exitCode).toBe(1);
      expect(run.stderr).toContain(`the image needs 1.5 GB in ${folder}/images: 0.2 GB are free [disk-full]`);
      expect(run.stderr).toContain('next: make room there, or name another folder: EVENKEEL_CACHE=');
    } finally {
      spawnSync('umount', [folder]);
    }
  });
});

describe('hosts that refuse', () => {
  const suffix = `w${process.pid}`;
  let lab: EdgeLab;
  let edge: EdgeCommand;

  beforeAll(async () => {
    lab = await startEdgeLab(exampleModel(), suffix);
    edge = await edgeCommand(suffix);
  });
  afterAll(async () => {
    await lab?.close();
    await edge?.remove();
  });

  /** A command on a machine that sshd plays no part in. */
  async function inside(machine: string, ...command: [string, ...string[]]): Promise<string> {
    const [file, ...args] = insideArgv(await leaderOf(lab.name, machine), command);
    const outcome = spawnSync(file, args, { encoding: 'utf8' });
    if (outcome.status !== 0) throw new Error(`${command.join(' ')} on ${machine}: ${outcome.stderr}`);
    return outcome.stdout;
  }

  /** Everything of ours and of the daemons on all machines that run: path and hash. */
  async function everything(names: readonly string[] = machines): Promise<readonly string[]> {
    const list =
      'find /etc /usr/local /var/lib/evenkeel -xdev -type f ! -path "/etc/apt/*" ! -name install.log 2>/dev/null | sort | xargs sha256sum; systemctl list-unit-files --state=enabled --no-legend';
    return Promise.all(names.map((name) => inside(name, 'sh', '-c', list)));
  }

  /** Runs the command; it must end so and leave every machine as it was. */
  async function refused(words: readonly string[], code: number): Promise<CommandEnd> {
    const before = await everything();
    const end = await edge.run(...words);
    expect(end.code, end.stderr + end.stdout).toBe(code);
    expect(await everything()).toEqual(before);
    return end;
  }

  const both = ['plan', 'apply --yes'] as const;

  async function rewriteKnownHosts(change: (line: string) => string): Promise<() => Promise<void>> {
    const { knownHosts } = labPaths(lab.name);
    const text = await readFile(knownHosts, 'utf8');
    await writeFile(knownHosts, text.split('\n').map(change).join('\n'));
    return () => writeFile(knownHosts, text);
  }

  test.each(both)('%s: another host key is no reason to go on', async (line) => {
    const words = line.split(' ');
    const [, hostKey] = (await inside('web1', 'cat', '/etc/ssh/ssh_host_ed25519_key.pub')).split(' ');
    const restore = await rewriteKnownHosts((known) =>
      known.startsWith('lb2 ') ? `lb2 ssh-ed25519 ${hostKey}` : known,
    );
    try {
      const { stderr } = await refused(words, 1);
      expect(stderr).toMatch(
        /^error: lb2: lb2 shows another host key than the one that is known: .*\[host-key-changed\]$/m,
      );
      expect(stderr).toContain('state: nothing was changed');
      expect(stderr).toMatch(/next: find out why; .*ssh-keygen -f .* -R/);
    } finally {
      await restore();
    }
  });

  test('an unknown host key is not taken on trust', async () => {
    const restore = await rewriteKnownHosts((known) => (known.startsWith('dns1 ') ? '' : known));
    try {
      const { stderr } = await refused(['plan'], 1);
      expect(stderr).toMatch(
        /^error: dns1: the host key of dns1 .*is not known on this computer \[host-key-unknown\]$/m,
      );
      expect(stderr).toMatch(/next: log in once by hand and accept the key: ssh -F /);
    } finally {
      await restore();
    }
  });

  test('a host that refuses the key', async () => {
    await inside('web2', 'mv', '/root/.ssh/authorized_keys', '/root/.ssh/off');
    try {
      const { stderr } = await refused(['plan'], 1);
      expect(stderr).toMatch(
        /^error: web2: web2 refused the login \[login-refused\]\n {2}it said:\n.*Permission denied \(publickey\)/m,
      );
      expect(stderr).toMatch(/next: put your public key in authorized_keys on the host/);
    } finally {
      await inside('web2', 'mv', '/root/.ssh/off', '/root/.ssh/authorized_keys');
    }
  });

  test('a user without sudo', async () => {
    await edge.edit((text) => text.replace('\nhosts:', '\nssh: { user: guest }\n\nhosts:'));
    try {
      const { stderr } = await refused(['plan'], 1);
      expect(stderr).toContain(`6 of 6 hosts can't be used: ${machines.join(', ')} [sudo-refused]`);
      for (const name of machines)
        expect(stderr).toContain(`${name}: sudo on ${name} refused guest -> as root on ${name}: visudo`);
    } finally {
      await cp(exampleFile('devops.com'), join(edge.directory, 'edge.yaml'));
    }
  });

  test('ports that others hold, on three hosts at once: each is named with its holder', async () => {
    const hold = (protocol: 'tcp' | 'udp', address: string, port: number) =>
      `use IO::Socket::INET; my $s = IO::Socket::INET->new(Proto => "${protocol}", LocalAddr => "${address}", LocalPort => ${port}${protocol === 'tcp' ? ', Listen => 5' : ''}) or die; sleep 600`;
    const squat = (machine: string, unit: string, script: string) =>
      lab.on(machine, 'systemd-run', `--unit=${unit}`, 'perl', '-e', script);
    await squat('lb1', 'squatter', hold('tcp', '0.0.0.0', 443));
    await squat('dns1', 'squatter', hold('udp', '0.0.0.0', 53));
    await squat('web2', 'squatter', hold('tcp', '127.0.0.1', 80));
    // Where systemd-resolved listens: in nobody's way.
    await squat('dns2', 'squatter', hold('udp', '127.0.0.53', 53));
    try {
      for (const [machine, port] of [
        ['lb1', 443],
        ['dns1', 53],
        ['web2', 80],
        ['dns2', 53],
      ] as const) {
        await eventually(
          () => lab.on(machine, 'ss', '-Hlntu'),
          (sockets) => sockets.includes(`:${port} `),
        );
      }
      const { stdout } = await refused(['plan'], 1);
      expect(stdout).toMatch(/port 443\/tcp on lb1 is taken by perl \(0\.0\.0\.0:443\), and nginx must have it/);
      expect(stdout).toMatch(/port 53\/udp on dns1 is taken by perl .*pdns_server must have it/);
      expect(stdout).toMatch(/port 80\/tcp on web2 is taken by perl \(127\.0\.0\.1:80\)/);
      expect(stdout).toContain('Stop that service on lb1');
      expect(stdout).not.toContain('on dns2 is taken');
      const apply = await refused(['apply', '--yes'], 1);
      expect(apply.stderr + apply.stdout).toMatch(/port 443\/tcp on lb1 is taken by perl/);
    } finally {
      for (const machine of ['lb1', 'dns1', 'web2', 'dns2']) await lab.on(machine, 'systemctl', 'stop', 'squatter');
    }
  });

  test('another machine has a VIP, or speaks with its number: both are found before anything changes', async () => {
    const squat = ['ip', 'address', 'add', '192.168.10.100/32', 'dev', 'eth0'] as const;
    await lab.on('client', ...squat);
    try {
      const [, mac] = /link\/ether (\S+)/.exec(await lab.on('client', 'ip', 'link', 'show', 'eth0')) ?? [];
      for (const line of both) {
        const { stderr } = await refused(line.split(' '), 1);
        expect(stderr).toMatch(
          /^error: lb1: 192\.168\.10\.100, the address of vip1, belongs to .* \[address-taken\]$/m,
        );
        expect(stderr).toContain(`${mac} answers for it`);
      }
    } finally {
      await lab.on('client', 'ip', 'address', 'del', '192.168.10.100/32', 'dev', 'eth0');
    }
    // A router that knows nothing of evenkeel sends to the group.
    const [fault] = foreignVrrp(exampleModel(), { kind: 'foreign-vrrp', vip: 'vip2', from: 'dns1' }).cause;
    const [, ...balancers] = fault.argv.slice(fault.argv.indexOf('224.0.0.18'));
    await lab.on('dns1', fault.argv[0], ...fault.argv.slice(1, -balancers.length));
    try {
      const { stderr } = await refused(['plan'], 1);
      expect(stderr).toMatch(/192\.168\.10\.21 speaks VRRP with the number \(VRID\) 52 of vip2.* \[vrid-taken\]$/m);
      expect(stderr).toContain('next: give vip2 another vrid in the edge file');
    } finally {
      await lab.on('dns1', 'systemctl', 'stop', 'evenkeel-drill-vrrp-52.service');
    }
    expect((await edge.run('plan')).code).toBe(0);
  });

  test('a package that no source has: the host, apt’s own words, and no host is changed', async () => {
    const sources = '/etc/apt/sources.list';
    await lab.on('web1', 'dpkg', '--force-depends', '--remove', 'nginx');
    await lab.on('web1', 'sh', '-c', `cp ${sources} /root; rm -rf ${sources} ${sources}.d/* /var/lib/apt/lists/*`);
    try {
      const plan = await edge.run('plan');
      expect(plan.code).toBe(0);
      expect(plan.stdout).toMatch(/web1 \(web server\)\n {2}\+ package nginx /);
      const { stderr } = await refused(['apply', '--yes'], 1);
      expect(stderr).toMatch(/^error: web1: .*\[package-unavailable\]$/m);
      expect(stderr).toMatch(/it said:\n[^]*nginx/);
      expect(stderr).toMatch(/next: /);
    } finally {
      await lab.on('web1', 'sh', '-c', `cp /root/sources.list ${sources}`);
    }
  });

  test('an edge of another name is not touched', async () => {
    await lab.on(
      'lb1',
      'sh',
      '-c',
      `mkdir -p /var/lib/evenkeel; printf '%s' '{"version":1,"edge":"other"}' >/var/lib/evenkeel/manifest.json`,
    );
    const plan = await refused(['plan'], 1);
    expect(plan.stdout).toMatch(/lb1 belongs to the edge other, not to devops/);
    expect(plan.stdout).toMatch(/remove \/var\/lib\/evenkeel\/manifest\.json on lb1/);
    await lab.on('lb1', 'rm', '-r', '/var/lib/evenkeel');
  });

  test.each(both)('%s: hosts without power are all named, and the others are not touched', async (line) => {
    const words = line.split(' ');
    const alive = machines.filter((name) => name !== 'lb1' && name !== 'dns2');
    await labFault(lab.name, { kind: 'power-off', machine: 'lb1' });
    await labFault(lab.name, { kind: 'power-off', machine: 'dns2' });
    try {
      const before = await everything(alive);
      const end = await edge.run(...words);
      expect(end.code).toBe(1);
      expect(end.stderr).toContain("2 of 6 hosts can't be used: lb1, dns2 [host-unreachable]");
      expect(end.stderr).toMatch(/lb1: lb1 can't be reached over SSH .* -> see that the host runs/);
      expect(end.stderr).toMatch(/dns2: dns2 can't be reached over SSH .* -> see that the host runs/);
      expect(end.stderr).toContain('state: nothing was changed');
      expect(await everything(alive)).toEqual(before);
    } finally {
      await labHeal(lab.name, ignoreEvents);
    }
  });
});
