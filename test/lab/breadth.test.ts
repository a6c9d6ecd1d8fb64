import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import { labNamespace, labPaths, machineNamespace } from '../../src/lab/lab-paths.ts';
import type { LabStatus } from '../../src/lab/lab-status.ts';
import type { EdgeStatus } from '../../src/report/edge-status.ts';
import { modelHosts } from '../../src/model/model.ts';
import { type CliRun, evenkeel, evenkeelPath, runProgram } from '../kit/cli.ts';
import { type CommandEnd, type EdgeCommand, edgeCommand } from '../kit/edge-command.ts';
import { type EdgeLab, eventually, startEdgeLab } from '../kit/edge-lab.ts';
import { dualStackModel, exampleFile, exampleModel } from '../kit/example-model.ts';
import { probeOutage } from '../kit/probe-outage.ts';

/**
 * Two edges side by side, unlike each other: three balancers and VIPs with IPv6, several algorithms, a server of
 * somebody else and a login that is not root on Debian 13; the small one on Debian 12.
 */
const suffix = `b${process.pid}`;
const smallSuffix = `s${process.pid}`;
const vips = [
  { name: 'vip1', home: 'lb1', ipv4: '10.20.0.101', ipv6: 'fd00:20::101' },
  { name: 'vip2', home: 'lb2', ipv4: '10.20.0.102', ipv6: 'fd00:20::102' },
  { name: 'vip3', home: 'lb3', ipv4: '10.20.0.103', ipv6: 'fd00:20::103' },
] as const;
const addresses = vips.flatMap((vip) => [vip.ipv4, vip.ipv6]);
let shop: EdgeLab;
let small: EdgeLab;
let shopEdge: EdgeCommand;
let smallEdge: EdgeCommand;

beforeAll(async () => {
  [shop, small, shopEdge, smallEdge] = await Promise.all([
    startEdgeLab(dualStackModel(), suffix),
    startEdgeLab(exampleModel(), smallSuffix, 'debian12'),
    edgeCommand(suffix, { example: 'dual-stack' }),
    edgeCommand(smallSuffix),
  ]);
});
afterAll(async () => {
  await Promise.all([shop?.close(), small?.close(), shopEdge?.remove(), smallEdge?.remove()]);
});

function ok(end: CommandEnd): CommandEnd {
  expect(end.code, end.stderr + end.stdout).toBe(0);
  return end;
}

async function healthy(edge: EdgeCommand): Promise<EdgeStatus> {
  const end = await eventually(
    () => edge.run('status', '--json'),
    (run) => run.code === 0,
  );
  const status: EdgeStatus = JSON.parse(end.stdout);
  return status;
}

async function expectNothingPending(edge: EdgeCommand): Promise<void> {
  const end = await edge.run('plan', '--exit-code');
  expect({ code: end.code, stdout: end.stdout.trim() }).toEqual({ code: 0, stdout: '(no changes)' });
}

/** One request of the lab's client to a name at an address: what came back, headers first. */
async function get(url: string, address: string, ...more: readonly string[]): Promise<string> {
  const { hostname, protocol } = new URL(url);
  const at = address.includes(':') ? `[${address}]` : address;
  const pin = `${hostname}:${protocol === 'https:' ? 443 : 80}:${at}`;
  return shop.on('client', 'curl', '-sSki', '--max-time', '5', '--resolve', pin, ...more, url);
}

/** Which server made the page. */
function serverOf(response: string): string {
  return /\b(web[123]|legacy)\b/.exec(response.slice(response.indexOf('\r\n\r\n')))?.[1] ?? response;
}

async function dig(nameserver: string, ...question: readonly string[]): Promise<readonly string[]> {
  const text = await shop.on('client', 'dig', '+short', '+time=2', `@${nameserver}`, ...question);
  return text.trim().split('\n').sort();
}

describe('the small edge on Debian 12', () => {
  test('is applied, healthy, and nothing is pending', async () => {
    expect(await small.on('lb1', 'cat', '/etc/debian_version')).toMatch(/^12\./);
    ok(await smallEdge.run('apply'));
    const status = await healthy(smallEdge);
    expect(status.problems).toEqual([]);
    await expectNothingPending(smallEdge);
  });
});

describe('three balancers, three VIPs with IPv6', () => {
  test('are applied by a user with sudo; a second plan is empty', async () => {
    const end = ok(await shopEdge.run('apply'));
    expect(end.stdout).toContain('applied and verified: web1, web2, web3, ns2, ns1, lb1, lb2, lb3');
    // The file says `ssh: { user: admin }`, so nobody logged in as root but this test.
    const logins = await shop.on('ns2', 'journalctl', '--quiet', '-o', 'cat', '-t', 'sshd', '-t', 'sshd-session');
    expect(logins).toContain('Accepted publickey for admin');
    expect(logins).not.toContain('Accepted publickey for root from 10.20.0.2');
    await expectNothingPending(shopEdge);
  });

  test('are healthy without a warning, and the status says where everything is', async () => {
    const status = await healthy(shopEdge);
    expect(status).toMatchObject({ version: 1, edge: 'shop', healthy: true, problems: [] });
    expect(status.vips.map((vip) => [vip.address, vip.preferred, vip.holders, vip.answeredBy])).toEqual(
      vips.flatMap(({ home, ipv4, ipv6 }) => [
        [ipv4, home, [home], [home]],
        [ipv6, home, [home], [home]],
      ]),
    );
    // Each backend of each pool, as each of the three balancers sees it; that of nobody's server, too.
    expect(status.backends).toHaveLength(27);
    expect(status.backends.every((backend) => backend.up && /^lb[123]$/.test(backend.balancer))).toBe(true);
    expect(status.backends.find((backend) => backend.pool === 'legacy')?.address).toBe('10.20.0.40');
    expect(status.nameservers.map((one) => [one.host, [...one.answers].sort()])).toEqual([
      ['ns1', [...addresses].sort()],
      ['ns2', [...addresses].sort()],
    ]);
    expect(status.webServers.find((server) => server.host === 'legacy')).toMatchObject({ managed: false });
  });

  // Early, so that what follows has the computer for itself.
  describe('labs side by side', () => {
    test('each names the namespaces that any tool can be run in', async () => {
      for (const [example, of] of [
        ['dual-stack', suffix],
        ['devops.com', smallSuffix],
      ] as const) {
        const run = await evenkeel('lab', 'status', '-f', exampleFile(example), '--suffix', of, '--json');
        expect(run.exitCode, run.stderr).toBe(0);
        const status: LabStatus = JSON.parse(run.stdout);
        expect(status).toMatchObject({ version: 1, running: true, faults: [] });
        for (const host of status.hosts) {
          const argv = ['netns', 'exec', host.namespace, 'ip', '-oneline', 'address'];
          const inside = execFileSync('ip', argv, { encoding: 'utf8' });
          for (const address of host.addresses) expect(inside).toContain(` ${address}/`);
        }
      }
    });

    test('one goes down, and the other does not notice', async () => {
      const down = await evenkeel('lab', 'down', '-f', exampleFile('devops.com'), '--suffix', smallSuffix);
      expect(down.exitCode, down.stderr).toBe(0);
      await healthy(shopEdge);
      const gone = await smallEdge.run('status');
      expect(gone.code).toBe(1);
      expect(gone.stderr).toMatch(/is not running \[lab-not-running\]\n {2}next: .*evenkeel lab up/);
    });
  });

  test('answer on every address with every site that is there', async () => {
    for (const address of addresses) {
      expect(await get('https://shop.example.com/', address)).toMatch(/^HTTP\/2 200/);
      expect(await get('http://shop.example.com/x', address)).toMatch(
        /^HTTP\/1\.1 30[18][^]*https:\/\/shop\.example\.com\/x/i,
      );
    }
    expect(await get('https://anything.app.example.com/', vips[0].ipv6)).toMatch(/^HTTP\/2 200/);
    expect(await get('http://old.example.net/', vips[2].ipv6)).toContain('stand-in of the lab');
  });

  test('keep their connections, over IPv4 and IPv6, when one moves round all three balancers', async () => {
    const script = `exec 3<>/dev/tcp/10.20.0.101/80 4<>/dev/tcp/fd00:20::101/80
      ask() {
        printf 'GET / HTTP/1.1\\r\\nHost: shop.example.com\\r\\n\\r\\n' >&"$1"
        status='no answer'
        while IFS= read -r -t 20 -u "$1" line; do
          case $line in HTTP/*) status=$line ;; Evenkeel-Balancer:*) by=$line ;; *'</html>'*) break ;; esac
        done
        echo "$status $by"
      }
      for turn in 1 2 3 4; do ask 3; ask 4; [ "$turn" = 4 ] || read -r go </tmp/go; done`;
    await shop.on('client', 'mkfifo', '/tmp/go');
    const told = shop.on('client', 'timeout', '100', 'bash', '-c', script);
    for (const address of ['10.20.0.101', '[fd00:20::101]']) {
      await eventually(
        async () => shop.on('lb1', 'ss', '-Htn', 'state', 'established', 'src', address),
        (sockets) => sockets.trim() !== '',
      );
    }
    // lb3 asks lb1 about what it does not know, lb2 asks lb3, which asks lb1.
    for (const target of ['lb3', 'lb2', 'lb1']) {
      ok(await shopEdge.run('move', 'vip1', target));
      await shop.on('client', 'bash', '-c', 'echo go >/tmp/go');
    }
    const answers = (await told).replaceAll('\r', '').trim().split('\n');
    expect(answers).toEqual(Array(8).fill(expect.stringMatching(/^HTTP\/1\.1 30[18] .*Evenkeel-Balancer: lb1$/)));
  });

  test('are what both nameservers say, each name with its own', async () => {
    const [ipv4, ipv6] = [vips.map((vip) => vip.ipv4), vips.map((vip) => vip.ipv6)];
    for (const nameserver of ['10.20.0.21', 'fd00:20::22']) {
      expect(await dig(nameserver, 'shop.example.com', 'A')).toEqual(ipv4);
      expect(await dig(nameserver, 'shop.example.com', 'AAAA')).toEqual(ipv6);
      expect(await dig(nameserver, 'some.app.example.com', 'AAAA')).toEqual(ipv6.slice(0, 2));
      expect(await dig(nameserver, 'old.example.net', 'AAAA')).toEqual(ipv6.slice(2));
      expect(await dig(nameserver, 'example.com', 'MX')).toEqual(['10 mail.example.org.']);
      expect(await dig(nameserver, '_sip._tcp.example.com', 'SRV')).toEqual(['10 50 5060 sip.example.org.']);
    }
  });

  test('send requests by each pool’s own algorithm', async () => {
    const ask = async (count: number, url: (index: number) => string, ...more: readonly string[]) => {
      const servers: string[] = [];
      for (let index = 0; index < count; index += 1)
        servers.push(serverOf(await get(url(index), vips[0].ipv4, ...more)));
      return servers;
    };
    // Least connections: the backup waits.
    expect(new Set(await ask(12, () => 'https://shop.example.com/'))).toEqual(new Set(['web1', 'web2']));
    // Consistent hash: one address, one server; many addresses, all servers. The path must exist, so the query tells them apart.
    expect(new Set(await ask(5, () => 'https://static.example.com/?a=1')).size).toBe(1);
    expect(new Set(await ask(24, (index) => `https://static.example.com/?a=${index}`)).size).toBe(3);
    // A sticky cookie: who brings it back stays with the server, through another balancer too.
    const first = await get('https://basket.example.com/', vips[0].ipv4);
    const cookie = /^set-cookie: ([^;\r\n]+)/im.exec(first)?.[1] ?? '';
    expect(cookie).not.toBe('');
    for (const address of [vips[1].ipv4, vips[2].ipv6, vips[0].ipv6]) {
      expect(serverOf(await get('https://basket.example.com/', address, '--cookie', cookie))).toBe(serverOf(first));
    }
  });

  test.each(vips)('$name moves with both addresses when NGINX on $home stops, and returns', async (vip) => {
    const holds = async (machine: string): Promise<boolean> => {
      const text = await shop.on(machine, 'ip', '-br', 'address', 'show', 'dev', 'eth0');
      return text.includes(`${vip.ipv4}/`) && text.includes(`${vip.ipv6}/`);
    };
    const none = async (): Promise<boolean> => {
      const text = await shop.on(vip.home, 'ip', '-br', 'address', 'show', 'dev', 'eth0');
      return addresses.every((address) => !text.includes(`${address}/`));
    };
    try {
      await labFault(shop.name, { kind: 'stop', machine: vip.home, service: 'nginx' });
      await eventually(none, Boolean);
      const others = vips.map((one) => one.home).filter((name) => name !== vip.home);
      await eventually(
        async () => Promise.all(others.map(holds)),
        (held) => held.filter(Boolean).length === 1,
      );
      for (const address of [vip.ipv4, vip.ipv6]) {
        await eventually(
          () => get('https://shop.example.com/', address),
          (answer) => answer.startsWith('HTTP/2 200'),
        );
      }
    } finally {
      await labHeal(shop.name, ignoreEvents);
    }
    await eventually(() => holds(vip.home), Boolean);
    await healthy(shopEdge);
  });
});

/** The main processes of all daemons: a restart changes them, a reload does not. */
async function mainProcesses(): Promise<readonly string[]> {
  const ask = (machine: string, ...units: string[]) =>
    shop.on(machine, 'systemctl', 'show', '--property=MainPID,NRestarts', ...units);
  return Promise.all([
    ...['lb1', 'lb2', 'lb3'].map((name) => ask(name, 'nginx', 'keepalived')),
    ...['ns1', 'ns2'].map((name) => ask(name, 'pdns')),
  ]);
}

/** Applies while clients ask all the time; no new request may fail and no daemon may be restarted. */
async function applyUnderLoad(apply: () => Promise<void>): Promise<void> {
  const before = await mainProcesses();
  const namespace = machineNamespace(shop.name, 'client');
  const order = { namespace, name: 'example.com', addresses: [vips[0].ipv6, vips[1].ipv4] };
  const seen = await probeOutage(order, apply);
  expect(seen.map(({ address, failures }) => ({ address, failures }))).toEqual(
    order.addresses.map((address) => ({ address, failures: {} })),
  );
  expect(await mainProcesses()).toEqual(before);
  await expectNothingPending(shopEdge);
}

/** What a plan does to files, in its order. */
const changes = (plan: string): readonly string[] =>
  plan.split('\n').flatMap((line) => /^ {2}[-+~] \S+/.exec(line)?.[0].trim() ?? []);

describe('an edge that changes while it runs', () => {
  test('gets a site, a record and a weight: the plan shows just that, and apply reloads', async () => {
    await shopEdge.edit((text) =>
      text
        .replace('{ server: web2, weight: 2 }', '{ server: web2, weight: 5 }')
        .replace(/( +)static\.example\.com: .*\n/, '$&$1new.example.com: { pool: basket }\n')
        .replace(/( +)- \{ name: status,/, '$1- { name: extra, type: TXT, value: hello }\n$&'),
    );
    const plan = await shopEdge.run('plan', '--exit-code');
    expect(plan.code, plan.stderr).toBe(3);
    const nameserver = ['~ /var/lib/evenkeel/zones/example.com.zone'];
    const balancer = [
      '~ /etc/evenkeel/agent.json',
      '~ /etc/nginx/evenkeel/pools/shop.conf',
      '+ /etc/nginx/evenkeel/sites/new.example.com.conf',
      '+ /etc/nginx/evenkeel/tls/new.example.com/chain.pem',
      '+ /etc/nginx/evenkeel/tls/new.example.com/key.pem',
      '~ /etc/nginx/nginx.conf',
    ];
    expect(changes(plan.stdout)).toEqual([...nameserver, ...nameserver, ...balancer, ...balancer, ...balancer]);
    expect(plan.stdout).toContain('no VIP moves and no server stops');
    // The agent reads its pools once.
    expect(plan.stdout).not.toMatch(/PRIVATE KEY|\brestart (?!evenkeel-agent)/);
    await applyUnderLoad(async () => void ok(await shopEdge.run('apply')));
    expect(await get('https://new.example.com/', vips[2].ipv6)).toMatch(/^HTTP\/2 200/);
    expect(await dig('10.20.0.22', 'new.example.com', 'AAAA')).toEqual(vips.map((vip) => vip.ipv6));
    expect(await dig('fd00:20::21', 'extra.example.com', 'TXT')).toEqual(['"hello"']);
  });
});

describe('the same hosts as real ones, without --lab', () => {
  /** Runs the command where an operator sits: on the hosts' network, with a home folder of its own. */
  async function operator(...words: readonly string[]): Promise<CliRun> {
    // ssh takes the home folder from passwd(5), not from HOME.
    const script = 'mount --bind "$1/passwd" /etc/passwd && net=$2 && shift 2 && exec nsenter --net="$net" -- "$@"';
    const place = [home, `/run/netns/${labNamespace(shop.name)}`];
    return runProgram(
      ['unshare', '--mount', '--propagation=private', 'sh', '-c', script, 'sh', ...place, evenkeelPath, ...words],
      { cwd: shopEdge.directory },
    );
  }

  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'evenkeel-home-'));
    const passwd = await readFile('/etc/passwd', 'utf8');
    await writeFile(join(home, 'passwd'), passwd.replace(/^root:.*/m, `root:x:0:0:root:${home}:/bin/sh`));
    await mkdir(join(home, '.ssh'), { mode: 0o700 });
    await copyFile(labPaths(shop.name).clientKey, join(home, '.ssh/id_ed25519'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test('are not trusted before somebody has seen their keys', async () => {
    const run = await operator('plan');
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(/8 of 8 hosts can't be used: .* \[host-key-unknown\]/);
    expect(run.stderr).toContain('next: mend each host as said above');
  });

  test('lose a site: planned, applied, looked at and traced in the same way', async () => {
    const names = new Map(modelHosts(dualStackModel()).map((host) => [host.name, host.addresses[0].text]));
    const known = await readFile(labPaths(shop.name).knownHosts, 'utf8');
    const byAddress = known.replaceAll(/^\S+/gm, (name) => names.get(name) ?? name);
    await writeFile(join(home, '.ssh/known_hosts'), byAddress);
    const empty = await operator('plan', '--exit-code');
    expect([empty.exitCode, empty.stdout.trim()], empty.stderr).toEqual([0, '(no changes)']);

    await shopEdge.edit((text) => text.replace('-all }', '~all }').replace(/ +new\.example\.com: .*\n/, ''));
    const unasked = await operator('apply');
    expect(unasked.exitCode).toBe(1);
    expect(unasked.stderr).toMatch(/no terminal to ask for consent[^]*state: nothing was changed[^]*--yes/);
    // What a site leaves behind: nothing on a balancer, and a name that is nobody's.
    expect(changes(unasked.stdout).filter((line) => line.startsWith('-'))).toHaveLength(9);
    await applyUnderLoad(async () => {
      const applied = await operator('apply', '--yes');
      expect(applied.exitCode, applied.stderr).toBe(0);
      expect(applied.stdout).toContain('applied and verified: ns2, ns1, lb1, lb2, lb3');
    });
    for (const { home: balancer } of vips) {
      expect(await shop.on(balancer, 'find', '/etc/nginx', '-name', '*new.example.com*')).toBe('');
    }
    expect(await dig('10.20.0.21', 'new.example.com', 'A')).toEqual(['']);
    const refused = await get('https://new.example.com/', vips[0].ipv4).catch((error: unknown) => String(error));
    expect(refused).not.toMatch(/^HTTP\/2 200/);
    expect(await dig('10.20.0.22', 'example.com', 'TXT')).toEqual(['"v=spf1 include:example.org ~all"']);

    const status = await operator('status', '--json');
    expect(status.exitCode, status.stdout).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ healthy: true, problems: [] });
    const trace = await operator('trace', '--json', 'https://shop.example.com/');
    expect(trace.exitCode, trace.stdout).toBe(0);
    expect(JSON.parse(trace.stdout)).toMatchObject({ steps: Array.from({ length: 7 }, () => ({ state: 'done' })) });
  });
});

describe('an edge that shrinks and grows', () => {
  /** Who holds each address, once every balancer has been watched for long enough. */
  const held = async (wanted: string): Promise<void> => {
    await eventually(
      async () => (await healthy(shopEdge)).vips.map((vip) => vip.holders.join('+')).join(' '),
      (holders) => holders === wanted,
      120_000,
    );
  };

  test('lets a balancer go only when it is stopped, and takes it back while the others work', async () => {
    await shopEdge.edit((text) => text.replace(/ +(lb3|vip3): .*\n/g, '').replace(', vips: [vip3]', ''));
    for (const words of [['plan'], ['apply', '--yes']] as const) {
      const refused = await shopEdge.run(...words);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/10\.20\.0\.13 is no longer a balancer .*\[balancer-left\]/);
      expect(refused.stderr).toContain('next: on 10.20.0.13: systemctl disable --now keepalived nginx');
    }
    await shop.on('lb3', 'systemctl', 'disable', '--now', 'keepalived', 'nginx');
    ok(await shopEdge.run('apply'));
    await held('lb1 lb1 lb2 lb2');
    await expectNothingPending(shopEdge);

    await copyFile(exampleFile('dual-stack'), join(shopEdge.directory, 'edge.yaml'));
    expect(ok(await shopEdge.run('apply')).stdout).toMatch(/applied and verified: .*lb3$/m);
    await held('lb1 lb1 lb2 lb2 lb3 lb3');
    await expectNothingPending(shopEdge);
  });
});
