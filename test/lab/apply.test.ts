import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPackages } from '../../src/apply/install-packages.ts';
import { Fault } from '../../src/base/fault.ts';
import { type CommandEnd, type EdgeCommand, edgeCommand } from '../kit/edge-command.ts';
import { type EdgeLab, eventually, startEdgeLab } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';
import { serveEdgeCommand } from '../kit/served-edge.ts';

const suffix = `apply-${process.pid}`;
const vips = ['192.168.10.100', '192.168.10.200'];
let lab: EdgeLab;
let edge: EdgeCommand;

beforeAll(async () => {
  lab = await startEdgeLab(exampleModel(), suffix);
  edge = await edgeCommand(suffix);
});
afterAll(async () => {
  await lab.close();
  await edge.remove();
});

/** A change that reaches both balancers and needs a reload of NGINX; each call makes another. */
let seconds = 30;
async function changeBalancers(): Promise<void> {
  seconds++;
  await edge.edit((text) =>
    text.replace(/web: \{ backends.*/, `web: { backends: [web1, web2], timeouts: { read: ${seconds}s } }`),
  );
}

/** The site through every VIP, as the lab's client sees it. */
async function siteAnswers(): Promise<readonly string[]> {
  return Promise.all(
    vips.map((vip) =>
      lab.on(
        'client',
        'curl',
        '-sSk',
        '-m',
        '5',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        '--resolve',
        `devops.com:443:${vip}`,
        'https://devops.com/',
      ),
    ),
  );
}

async function expectServing(): Promise<void> {
  await eventually(siteAnswers, (answers) => answers.every((answer) => answer === '200'), 20_000);
}

async function expectNothingPending(): Promise<void> {
  const end = await edge.run('plan', '--exit-code');
  expect({ code: end.code, stdout: end.stdout.trim() }).toEqual({ code: 0, stdout: '(no changes)' });
}

/** Files of the edge on a machine: path and hash. */
async function configuration(machine: string): Promise<string> {
  return lab.on(
    machine,
    'sh',
    '-c',
    'find /etc/nginx /etc/keepalived /etc/systemd/system /etc/sysctl.d /usr/local/lib -type f | sort | xargs sha256sum',
  );
}

function ok(end: CommandEnd): CommandEnd {
  expect(end.code, end.stderr + end.stdout).toBe(0);
  return end;
}

/** The dashboard and Prometheus know that the last apply was undone on a machine, and which one before it was not. */
async function expectToldAsNotDone(machine: string): Promise<void> {
  const served = await serveEdgeCommand(edge);
  const { applies } = await eventually(served.view, (view) => view.applies.length > 0);
  expect(applies.find(({ key }) => key === machine)).toMatchObject({
    result: 'not-done',
    note: expect.stringMatching(/\S/),
    done: { generation: expect.stringMatching(/\S/) },
  });
  const valueOf = async (metric: string): Promise<number | undefined> =>
    (await served.samples(metric)).find(({ labels }) => labels['host'] === machine)?.value;
  expect(await valueOf('evenkeel_apply_last_succeeded')).toBe(0);
  expect(await valueOf('evenkeel_apply_last_success_timestamp_seconds')).toBeLessThan(
    (await valueOf('evenkeel_apply_last_timestamp_seconds')) ?? 0,
  );
  expect(await served.end()).toBe(0);
}

describe('packages', () => {
  /** Debian's own way to start a daemon from a package: postinst calls deb-systemd-invoke, which asks policy-rc.d. */
  const makeRepository = `
set -e
mkdir -p /srv/repo /tmp/p/DEBIAN /tmp/p/usr/lib/systemd/system
printf '[Service]\\nExecStart=/usr/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/tmp/p/usr/lib/systemd/system/ek-test.service
printf 'Package: ek-test\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: a <a@example.com>\\nDescription: a daemon\\n' >/tmp/p/DEBIAN/control
printf '#!/bin/sh\\nset -e\\ndeb-systemd-helper enable ek-test.service\\nsystemctl daemon-reload\\ndeb-systemd-invoke start ek-test.service\\n' >/tmp/p/DEBIAN/postinst
chmod 755 /tmp/p/DEBIAN/postinst
dpkg-deb --build /tmp/p /srv/repo/ek-test.deb
cd /srv/repo
{ cat /tmp/p/DEBIAN/control; echo "Filename: ./ek-test.deb"; echo "Size: $(stat -c %s ek-test.deb)"; echo "SHA256: $(sha256sum ek-test.deb | cut -d' ' -f1)"; } >Packages
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/repo ./' >/etc/apt/sources.list.d/repo.list
`;

  test('come from a source whose list was never fetched, and bring no running daemon and no policy-rc.d', async () => {
    await lab.on('web2', 'sh', '-c', makeRepository);
    await installPackages(lab.machine('web2'), ['ek-test']);
    expect(await lab.on('web2', 'dpkg-query', '-W', '-f=${db:Status-Status}', 'ek-test')).toBe('installed');
    const state = await lab.machine('web2').run({ argv: ['systemctl', 'is-active', 'ek-test.service'] });
    expect(state.stdout.trim()).toBe('inactive');
    expect(await lab.on('web2', 'ls', '/usr/sbin')).not.toContain('policy-rc.d');
  });

  test("that nobody has are refused in apt's own words", async () => {
    const refusal = await installPackages(lab.machine('web2'), ['no-such-package']).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Fault);
    expect(refusal).toMatchObject({
      details: {
        code: 'package-unavailable',
        host: 'web2',
        said: expect.stringContaining('Unable to locate package no-such-package'),
      },
    });
  });
});

describe('before the first apply', () => {
  test('a port that another service holds is refused by name, and nothing is changed', async () => {
    const squatter =
      'use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1) or die; sleep 600';
    await lab.on('web1', 'systemd-run', '--unit=squatter', 'perl', '-e', squatter);
    await eventually(
      () => lab.on('web1', 'ss', '-Hlnt'),
      (sockets) => sockets.includes(':80 '),
    );
    const end = await edge.run('apply', '--yes');
    expect(end.code).toBe(1);
    expect(end.stdout + end.stderr).toMatch(/port 80\/tcp on web1 is taken by perl/);
    expect(await lab.on('web2', 'ls', '/etc/nginx')).not.toContain('evenkeel');
    await lab.on('web1', 'systemctl', 'stop', 'squatter.service');
  });

  test('a masked unit is refused', async () => {
    await lab.on('dns1', 'systemctl', 'mask', 'pdns.service');
    const end = await edge.run('plan');
    expect(end.code).toBe(1);
    expect(end.stdout).toContain('systemctl unmask pdns.service');
    await lab.on('dns1', 'systemctl', 'unmask', 'pdns.service');
  });
});

describe('the edge', () => {
  test('the first apply is killed three times on its way, and the next one goes on', async () => {
    for (const line of ['ok  dns1: start pdns', 'ok  lb1: start nginx', 'ok  lb2: saving']) {
      const killed = edge.start('apply');
      await killed.says(line);
      killed.kill('SIGKILL');
      expect((await killed.ended).code).toBe(137);
    }
  });

  test('comes up, and a plan right after it is empty', async () => {
    expect(ok(await edge.run('apply')).stdout).toContain('applied and verified: ');
    await expectServing();
    await expectNothingPending();
  });

  test('a configuration that NGINX refuses: its words with file and line, no host changed, the edge serves', async () => {
    const before = await Promise.all(['lb1', 'lb2'].map(configuration));
    await lab.on('web1', 'sh', '-c', 'cp /etc/nginx/mime.types /root; echo nonsense >>/etc/nginx/mime.types');
    await lab.on('web1', 'sh', '-c', 'echo "# by hand" >>/etc/nginx/nginx.conf');
    await changeBalancers();
    const end = await edge.run('apply');
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/NGINX on web1 refuses its new configuration \[config-refused\]/);
    expect(end.stderr).toMatch(/unexpected end of file.*\/etc\/nginx\/mime\.types:\d+/);
    expect(await Promise.all(['lb1', 'lb2'].map(configuration))).toEqual(before);
    expect(await lab.on('web1', 'cat', '/etc/nginx/nginx.conf')).toContain('# by hand');
    await expectServing();
    await lab.on('web1', 'cp', '/root/mime.types', '/etc/nginx/mime.types');
    ok(await edge.run('apply'));
    await expectNothingPending();
  });

  test('a reload that fails is undone: the old file is back, the other balancer untouched', async () => {
    const failOnce =
      '[Service]\nExecReload=\nExecReload=/bin/sh -c "[ -e /run/failed-once ] || { touch /run/failed-once; echo no reload today >&2; exit 1; }; /usr/sbin/nginx -s reload"\n';
    const dropIn = '/etc/systemd/system/nginx.service.d/zz-test.conf';
    await lab
      .machine('lb1')
      .write([{ path: dropIn, mode: 0o644, owner: 'root:root', bytes: new TextEncoder().encode(failOnce) }]);
    await lab.on('lb1', 'systemctl', 'daemon-reload');
    const before = await Promise.all(['lb1', 'lb2'].map(configuration));
    await changeBalancers();
    const end = await edge.run('apply');
    expect(end.code).toBe(4);
    expect(end.stderr).toContain('no reload today');
    expect(end.stderr).toContain('what was there before is back on lb1');
    expect(await Promise.all(['lb1', 'lb2'].map(configuration))).toEqual(before);
    await expectServing();
    await expectToldAsNotDone('lb1');
    await lab.machine('lb1').remove([dropIn]);
    await lab.on('lb1', 'systemctl', 'daemon-reload');
    ok(await edge.run('apply'));
    await expectNothingPending();
  });

  test('two applies at once: the second names the first, the first finishes', async () => {
    await changeBalancers();
    const first = edge.start('apply');
    await first.says('lb1: asking nginx');
    const second = await edge.run('apply');
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/another apply holds dns1: \w+ on .* \(process \d+.*\[apply-locked\]/);
    ok(await first.ended);
    await expectNothingPending();
  });

  // apply-crash.test.ts tries every single operation, on hosts in memory.
  test.each(['lb1: reload nginx', 'lb2: 1 file'])(
    'kill -9 after "%s": the edge serves, and the next apply finishes at once',
    async (line) => {
      await changeBalancers();
      const killed = edge.start('apply');
      await killed.says(`ok  ${line}`);
      killed.kill('SIGKILL');
      expect((await killed.ended).code).toBe(137);
      await expectServing();
      ok(await edge.run('apply'));
      await expectServing();
      await expectNothingPending();
    },
  );

  test('Ctrl-C in the middle of a balancer returns it to what it was', async () => {
    const before = await Promise.all(['lb1', 'lb2'].map(configuration));
    await changeBalancers();
    const interrupted = edge.start('apply');
    await interrupted.says('ok  lb1: 1 file');
    interrupted.kill('SIGINT');
    const end = await interrupted.ended;
    expect(end.code, end.stderr).toBe(4);
    expect(await Promise.all(['lb1', 'lb2'].map(configuration))).toEqual(before);
    await expectServing();
    ok(await edge.run('apply'));
    await expectNothingPending();
  });

  test('a saved plan is refused when the edge file changed after it, or a host did', async () => {
    await changeBalancers();
    ok(await edge.run('plan', '--out', 'saved.plan'));
    await lab.on('lb2', 'systemctl', 'stop', 'keepalived.service');
    const drifted = await edge.run('apply', '--plan', 'saved.plan', '--yes');
    expect(drifted.code).toBe(1);
    expect(drifted.stderr).toContain('the hosts are not as they were');
    await lab.on('lb2', 'systemctl', 'start', 'keepalived.service');
    await changeBalancers();
    const edited = await edge.run('apply', '--plan', 'saved.plan', '--yes');
    expect(edited.code).toBe(1);
    expect(edited.stderr).toMatch(/the edge file, a certificate or a key changed.*\[plan-outdated\]/);
    ok(await edge.run('plan', '--out', 'saved.plan'));
    ok(await edge.run('apply', '--plan', 'saved.plan', '--yes'));
    await expectNothingPending();
  });

  test('what somebody changed by hand is shown as drift and put right', async () => {
    await lab.on('lb1', 'sh', '-c', 'echo "# by hand" >>/etc/keepalived/keepalived.conf; systemctl disable nginx');
    const plan = await edge.run('plan', '--exit-code');
    expect(plan.code).toBe(3);
    expect(plan.stdout).toContain('changed on the host by somebody');
    expect(plan.stdout).toContain('-# by hand');
    ok(await edge.run('apply'));
    expect((await lab.on('lb1', 'systemctl', 'is-enabled', 'nginx')).trim()).toBe('enabled');
    await expectNothingPending();
  });
});
