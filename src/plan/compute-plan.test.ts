import { describe, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { renderInputOf } from '../../test/kit/render-input.ts';
import {
  bareFacts,
  desiredHosts,
  file,
  keepalivedText,
  runningUnit,
  settledFacts,
  sha256,
  smallModel,
} from '../../test/kit/small-edge.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { agentUnit } from '../model/agent-paths.ts';
import { handoverUnit } from '../model/own-tables.ts';
import { renderEdge } from '../render/render-edge.ts';
import { computePlan, observedPaths } from './compute-plan.ts';
import { isEmptyPlan } from './plan.ts';
import type { HostPlan, Plan } from './plan.ts';
import { planJson } from './saved-plan.ts';

const v1 = desiredHosts('v1');
const v2 = desiredHosts('v2');

function settled(desired: readonly DesiredHost[] = v1): readonly HostFacts[] {
  return desired.map((host) => settledFacts(host, 'g1'));
}

function plan(desired: readonly DesiredHost[], facts: readonly HostFacts[]): Plan {
  return computePlan({ model: smallModel, desired, facts });
}

function hostOf(of: Plan, name: string): HostPlan {
  const found = of.hosts.find((host) => host.host === name);
  if (found === undefined) throw new Error(`${name} is not in the plan`);
  return found;
}

function desiredOf(name: string, from: readonly DesiredHost[] = v1): DesiredHost {
  const found = from.find((host) => host.host === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function change(facts: readonly HostFacts[], name: string, edit: (one: HostFacts) => HostFacts): readonly HostFacts[] {
  return facts.map((one) => (one.host === name ? edit(one) : one));
}

describe('what is found', () => {
  test('hosts that are as they must be have an empty plan', () => {
    expect(isEmptyPlan(plan(v1, settled()))).toBe(true);
    expect(plan(v1, settled()).hosts.flatMap((host) => host.actions)).toEqual([]);
  });

  test('bare hosts get everything, in an order in which each thing can work', () => {
    const first = plan(
      v1,
      v1.map((host) => bareFacts(host.host)),
    );
    const lb1 = hostOf(first, 'lb1');
    expect(lb1.install).toEqual(['keepalived', 'nftables', 'nginx']);
    expect(lb1.write).toEqual(desiredOf('lb1').files.map((one) => one.path));
    expect(lb1.checks).toEqual(['nginx', 'keepalived', 'nftables', 'systemd']);
    expect(lb1.actions.map((action) => ('unit' in action ? `${action.kind} ${action.unit}` : action.kind))).toEqual([
      'daemon-reload',
      'sysctl',
      'enable',
      'start evenkeel-firewall.service',
      'start nginx.service',
      'start keepalived.service',
    ]);
    const units = ['evenkeel-firewall.service', 'nginx.service', 'keepalived.service'];
    expect(lb1.actions).toContainEqual({ kind: 'enable', units });
    expect(lb1.undo.before.at(-1)).toEqual({ kind: 'disable', units: units.toReversed() });
    expect(lb1.class).toBe('hitless');
    expect(lb1.changes).toContainEqual({ kind: 'install-package', name: 'nginx', version: '1.26.3-3+deb13u11' });
    expect(hostOf(first, 'dns1').actions.at(-1)).toEqual({
      kind: 'load-zone',
      zone: 'devops.com',
      path: '/var/lib/evenkeel/zones/devops.com.zone',
    });
  });

  test('web servers come first, then nameservers from the last, then balancers, the one that carries least first', () => {
    const holds = (one: HostFacts): HostFacts => ({
      ...one,
      interfaces: [
        { name: 'eth0', mac: '', up: true, mtu: 1500, addresses: [{ address: '192.168.10.100', prefix: 32 }] },
      ],
    });
    const order = (facts: readonly HostFacts[]): readonly string[] => plan(v1, facts).hosts.map((host) => host.host);
    expect(order(settled())).toEqual(['web1', 'web2', 'dns2', 'dns1', 'lb1', 'lb2']);
    expect(order(change(settled(), 'lb1', holds))).toEqual(['web1', 'web2', 'dns2', 'dns1', 'lb2', 'lb1']);
  });

  test('a balancer that those at work do not know comes after them: unheard it would take every VIP', () => {
    // What lb2 runs with names itself only, as before lb1 joined.
    const alone = (one: HostFacts): HostFacts => {
      const path = '/etc/keepalived/keepalived.conf';
      const bytes = new TextEncoder().encode('vrrp_instance vip1 {\n unicast_peer {\n 192.168.10.12\n }\n}\n');
      const file = { kind: 'file', mode: 0o644, owner: 'root:root', hash: sha256(bytes), bytes } as const;
      return { ...one, files: new Map([...one.files, [path, file]]) };
    };
    const bare = (one: HostFacts): HostFacts => ({ ...one, units: new Map() });
    const facts = change(change(settled(), 'lb2', alone), 'lb1', bare);
    expect(plan(v1, facts).hosts.map((host) => host.host)).toEqual(['web1', 'web2', 'dns2', 'dns1', 'lb2', 'lb1']);
  });
});

describe('files', () => {
  test('a changed file is shown as a diff and its daemon reloaded, not restarted', () => {
    const web1 = hostOf(plan(v2, settled()), 'web1');
    expect(web1.changes).toEqual([
      expect.objectContaining({ verb: 'update', path: '/etc/nginx/nginx.conf', foreign: false, drifted: false }),
    ]);
    expect(web1.changes[0]).toHaveProperty('diff', expect.stringContaining('-# web v1\n+# web v2\n'));
    expect(web1.actions).toEqual([
      { kind: 'reload', unit: 'nginx.service', class: 'hitless', why: 'its configuration changed' },
    ]);
  });

  test('no secret is in a plan, neither old nor new', () => {
    const json = planJson(plan(v2, settled()));
    expect(json).toContain('/etc/nginx/evenkeel/tls/key.pem');
    expect(json).not.toContain('key v1');
    expect(json).not.toContain('key v2');
  });

  test('a file somebody changed by hand is drift, and is put right', () => {
    const bytes = new TextEncoder().encode('by hand\n');
    const edited = change(settled(), 'web1', (one) => ({
      ...one,
      files: new Map([
        ['/etc/nginx/nginx.conf', { kind: 'file', mode: 0o644, owner: 'root:root', hash: sha256(bytes), bytes }],
      ]),
    }));
    expect(hostOf(plan(v1, edited), 'web1').changes).toEqual([
      expect.objectContaining({ verb: 'update', drifted: true }),
    ]);
  });

  test.each([
    ['mode', { mode: 0o600, owner: 'root:root' }],
    ['owner', { mode: 0o644, owner: 'www-data:www-data' }],
  ])('another %s alone is a change', (_what, access) => {
    const facts = change(settled(), 'web1', (one) => {
      const found = desiredOf('web1').files[0];
      if (found === undefined) throw new Error('no file');
      return {
        ...one,
        files: new Map([[found.path, { kind: 'file', hash: found.hash, bytes: found.bytes, ...access }]]),
      };
    });
    expect(hostOf(plan(v1, facts), 'web1').write).toEqual(['/etc/nginx/nginx.conf']);
  });

  test('a file that was there before evenkeel gives way and is kept; the same bytes are adopted', () => {
    const bare = (one: HostFacts): HostFacts => ({ ...one, manifest: undefined });
    const update = hostOf(plan(v2, change(settled(), 'web1', bare)), 'web1');
    expect(update.changes).toEqual([expect.objectContaining({ verb: 'update', foreign: true })]);
    const adopt = hostOf(plan(v1, change(settled(), 'web1', bare)), 'web1');
    expect(adopt.changes).toEqual([expect.objectContaining({ verb: 'adopt', foreign: true })]);
    expect(adopt.write).toEqual([]);
  });

  test('what others kept private on the host is in no diff: it may hold a password', () => {
    const found =
      (mode: number) =>
      (one: HostFacts): HostFacts => {
        const bytes = new TextEncoder().encode('gmysql-password=hunter2\n');
        const state = { kind: 'file', mode, owner: 'root:pdns', hash: sha256(bytes), bytes } as const;
        return { ...one, manifest: undefined, files: new Map([['/etc/nginx/nginx.conf', state]]) };
      };
    expect(planJson(plan(v2, change(settled(), 'web1', found(0o640))))).not.toContain('hunter2');
    expect(planJson(plan(v2, change(settled(), 'web1', found(0o644))))).toContain('hunter2');
  });

  test('what is no longer desired goes, or returns to what it was', () => {
    const extra = file('web1', { path: '/etc/nginx/old.conf', text: 'old\n', activates: 'nginx' });
    const withExtra = settledFacts({ ...desiredOf('web1'), files: [...desiredOf('web1').files, extra] }, 'g1');
    const removed = hostOf(plan(v1, [withExtra].concat(settled().filter((one) => one.host !== 'web1'))), 'web1');
    expect(removed.remove).toEqual(['/etc/nginx/old.conf']);
    expect(removed.checks).toEqual(['nginx']);
    expect(removed.actions).toEqual([expect.objectContaining({ kind: 'reload', unit: 'nginx.service' })]);
    const manifest = withExtra.manifest;
    if (manifest === undefined) throw new Error('no manifest');
    const original = { path: extra.path, mode: 0o644, owner: 'root:root' };
    const restored = plan(v1, [{ ...withExtra, manifest: { ...manifest, originals: [original] } }]);
    expect(hostOf(restored, 'web1').restore).toEqual(['/etc/nginx/old.conf']);
    expect(hostOf(restored, 'web1').remove).toEqual([]);
  });

  test('the paths to observe are those desired and those written before', () => {
    const before = settledFacts(desiredOf('lb1'), 'g1');
    expect(observedPaths(desiredOf('web1'), before)).toEqual(
      [...new Set([...desiredOf('lb1').files, ...desiredOf('web1').files].map((one) => one.path))].sort(),
    );
  });
});

describe('an apply that never ended', () => {
  test('its daemons are told again although the files are right', () => {
    const unfinished = change(settled(v2), 'lb1', (one) => {
      const files = [{ path: '/etc/nginx/nginx.conf', hash: 'x', activates: 'nginx' }];
      const manifest =
        one.manifest === undefined ? undefined : { ...one.manifest, unfinished: { generation: 'g2', files } };
      return { ...one, manifest };
    });
    const lb1 = hostOf(plan(v2, unfinished), 'lb1');
    expect(lb1.changes).toEqual([{ kind: 'finish-apply', generation: 'g2' }]);
    expect(lb1.actions).toEqual([expect.objectContaining({ kind: 'reload', unit: 'nginx.service' })]);
  });

  test('files it had written are ours, and go when they are no longer wanted', () => {
    const path = '/etc/nginx/never.conf';
    const facts = change(settled(), 'web1', (one) => ({
      ...one,
      manifest: {
        version: 1,
        edge: 'devops',
        generation: '',
        files: [],
        originals: [],
        unfinished: { generation: 'g2', files: [{ path, hash: 'x', activates: 'nginx' }] },
      },
    }));
    expect(hostOf(plan(v1, facts), 'web1').remove).toEqual([path]);
  });
});

describe('units and what a change costs', () => {
  test('a stopped or disabled unit is started and enabled without any file change', () => {
    const stopped = change(settled(), 'lb1', (one) => ({
      ...one,
      units: new Map([
        ...one.units,
        ['nginx.service', { ...runningUnit('nginx.service'), activeState: 'failed' }],
        ['keepalived.service', { ...runningUnit('keepalived.service'), unitFileState: 'disabled' }],
      ]),
    }));
    const lb1 = hostOf(plan(v1, stopped), 'lb1');
    expect(lb1.changes).toEqual([
      { kind: 'start-unit', unit: 'nginx.service', state: 'failed' },
      { kind: 'enable-unit', unit: 'keepalived.service' },
    ]);
    expect(lb1.actions).toEqual([
      { kind: 'enable', units: ['keepalived.service'] },
      { kind: 'start', unit: 'nginx.service' },
    ]);
    expect(lb1.undo).toEqual({
      before: [
        { kind: 'stop', unit: 'nginx.service' },
        { kind: 'disable', units: ['keepalived.service'] },
      ],
      after: [],
    });
  });

  test.each(['handover', 'systemd-handover'] as const)('%s is never restarted: what moved stays', (activates) => {
    const handing = (text: string): readonly DesiredHost[] =>
      v1.map((host) =>
        host.host === 'lb1'
          ? {
              ...host,
              units: [...host.units, handoverUnit],
              files: [...host.files, file('lb1', { path: '/etc/handing', text, activates })],
            }
          : host,
      );
    const facts = handing('one VIP').map((host) => settledFacts(host, 'g1'));
    const lb1 = hostOf(plan(handing('two VIPs'), facts), 'lb1');
    expect(lb1.actions.filter((action) => action.kind !== 'daemon-reload')).toEqual([
      { kind: 'reload', unit: handoverUnit, class: 'hitless', why: expect.any(String) },
    ]);
  });

  test.each(['agent', 'systemd-agent'] as const)('the watch is restarted for %s, and nobody notices', (activates) => {
    const watched = (text: string): readonly DesiredHost[] =>
      v1.map((host) =>
        host.host === 'lb1'
          ? {
              ...host,
              units: [...host.units, agentUnit],
              files: [...host.files, file('lb1', { path: '/usr/local/lib/watch', text, activates })],
            }
          : host,
      );
    const facts = watched('every second').map((host) => settledFacts(host, 'g1'));
    const lb1 = hostOf(plan(watched('every two seconds'), facts), 'lb1');
    expect(lb1.actions.filter((action) => action.kind !== 'daemon-reload')).toEqual([
      { kind: 'restart', unit: agentUnit, class: 'hitless', why: expect.any(String) },
    ]);
    expect(lb1.class).toBe('hitless');
  });

  test('a new key of the witnesses restarts every agent, and nothing else', () => {
    const model = exampleModel();
    const before = renderEdge(renderInputOf(model, 'debian13'));
    const after = renderEdge({ ...renderInputOf(model, 'debian13'), witnessKey: new Uint8Array(32).fill(5) });
    const { hosts } = computePlan({ model, desired: after, facts: settled(before) });
    const actions = hosts.map((host): readonly [string, readonly string[]] => [
      host.host,
      host.actions.map((one) => ('unit' in one ? `${one.kind} ${one.unit}` : one.kind)),
    ]);
    const restart = `restart ${agentUnit}`;
    expect(actions.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ['dns1', [restart]],
      ['dns2', [restart]],
      ['lb1', [restart]],
      ['lb2', [restart]],
      ['web1', []],
      ['web2', []],
    ]);
    expect(hosts.map((host) => host.class)).toEqual(hosts.map(() => 'hitless'));
  });

  test('a drop-in of a running service needs a restart, which moves the VIP', () => {
    const edited = v1.map((host) => ({
      ...host,
      files: host.files.map((one) =>
        one.activates === 'systemd-nginx'
          ? file(host.host, { path: one.path, text: '[Service]\nLimitNOFILE=1\n', activates: 'systemd-nginx' })
          : one,
      ),
    }));
    const lb1 = hostOf(plan(edited, settled()), 'lb1');
    expect(lb1.class).toBe('moves-vip');
    expect(lb1.actions.map((action) => action.kind)).toEqual(['daemon-reload', 'restart']);
    const single = { ...smallModel, balancers: smallModel.balancers.slice(0, 1) };
    const alone = computePlan({ model: single, desired: edited, facts: settled() });
    expect(hostOf(alone, 'lb1').class).toBe('disruptive');
  });

  test('a nameserver restarts while its peer answers', () => {
    const dns1 = hostOf(plan(v2, settled()), 'dns1');
    expect(dns1.class).toBe('peer-covers');
    expect(dns1.actions.map((action) => action.kind)).toEqual(['restart', 'load-zone']);
  });

  test.each([
    ['another priority', keepalivedText(240), 'moves-vip', false],
    ['another VRID', keepalivedText(250, 77), 'disruptive', true],
    ['a comment', `# x\n${keepalivedText(250)}`, 'hitless', false],
  ] as const)('keepalived: %s', (...[, text, expected, together]) => {
    const path = '/etc/keepalived/keepalived.conf';
    const edit = (host: DesiredHost): DesiredHost => ({
      ...host,
      files: host.files.map((one) =>
        one.path === path ? file(host.host, { path, text, activates: 'keepalived' }) : one,
      ),
    });
    const computed = plan(
      v1.map((host) => (host.host === 'lb1' ? edit(host) : host)),
      settled(),
    );
    expect(hostOf(computed, 'lb1').class).toBe(expected);
    expect(computed.vrrpTogether).toBe(together);
  });
});

describe('refusals', () => {
  const listener = (text: string, port: number, processes: readonly string[]): HostFacts['listeners'][number] => ({
    protocol: 'tcp',
    address: text,
    port,
    processes,
  });

  test.each([
    ['lb1', listener('0.0.0.0', 443, ['haproxy']), 'haproxy'],
    ['lb1', listener('127.0.0.1', 80, ['apache2']), 'apache2'],
    ['web1', listener('*', 80, []), 'unknown process'],
    ['dns1', listener('*', 53, ['named']), 'named'],
    ['dns1', listener('192.168.10.21', 53, ['dnsmasq']), 'dnsmasq'],
  ] as const)('on %s a port that is taken names who has it', (host, taken, name) => {
    const refusals = hostOf(
      plan(
        v1,
        change(settled(), host, (one) => ({ ...one, listeners: [taken] })),
      ),
      host,
    ).refusals;
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({ code: 'port-taken', message: expect.stringContaining(name) });
  });

  test.each([
    ['dns1', listener('127.0.0.53', 53, ['systemd-resolve'])],
    ['dns1', listener('192.168.10.21', 53, ['pdns_server'])],
    ['lb1', listener('0.0.0.0', 443, ['nginx'])],
    ['web1', listener('0.0.0.0', 443, ['haproxy'])],
  ] as const)("on %s %o is in nobody's way", (host, there) => {
    expect(
      hostOf(
        plan(
          v1,
          change(settled(), host, (one) => ({ ...one, listeners: [there] })),
        ),
        host,
      ).refusals,
    ).toEqual([]);
  });

  test('a masked unit, a link in the way and the host of another edge', () => {
    const facts = change(settled(), 'web1', (one) => ({
      ...one,
      units: new Map([['nginx.service', { ...runningUnit('nginx.service'), loadState: 'masked' }]]),
      files: new Map([['/etc/nginx/nginx.conf', { kind: 'other' }]]),
      manifest: one.manifest === undefined ? undefined : { ...one.manifest, edge: 'other' },
    }));
    const codes = hostOf(plan(v1, facts), 'web1').refusals.map((refusal) => refusal.code);
    expect(codes).toEqual(['other-edge', 'unit-masked', 'file-in-the-way']);
  });
});
