import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { planLoad } from '../../src/drill/plan-load.ts';
import type { ProbeRecord } from '../../src/drill/probe.ts';
import { evenkeel } from '../kit/cli.ts';
import { type EdgeLab, eventually } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';
import { holderCounts, lossesIn, underLoad } from '../kit/loaded-lab.ts';
import { openSharedEdge, sharedFlags } from '../kit/shared-edge.ts';

/** Planned operations on a real edge, under load: no request fails, and no connection breaks. */
const model = exampleModel();
const flags = sharedFlags;
let lab: EdgeLab;
let ca = '';

beforeAll(async () => {
  ({ lab, ca } = await openSharedEdge());
});
beforeEach(async () => {
  // What a test before this one left, if it failed, is nothing that this one meets: a client that waits, a VIP that is away.
  await lab.on('client', 'rm', '-f', '/tmp/go');
  await lab.on('client', 'mkfifo', '/tmp/go');
  if ((await holders()) !== '1,1') await evenkeel('move', ...flags, 'vip1', 'lb1');
});
afterAll(async () => {
  await lab.leave();
});

/** Transfers that last for longer than all the moves of a test, so that each of them goes through every one. */
const order = () =>
  planLoad(model, {
    target: 'drill-target',
    ca,
    rates: {
      newConnectionEveryMs: 50,
      byNameEveryMs: 200,
      keepAliveClients: 2,
      downloadBytes: 60 * 1024 * 1024,
      uploadBytes: 20 * 1024 * 1024,
    },
  });

/** Runs the load during `during`. Every record is of a request or connection that has ended. */
async function loaded(during: (seen: readonly ProbeRecord[]) => Promise<void>): Promise<readonly ProbeRecord[]> {
  return underLoad(lab, order(), async (records) => {
    await eventually(
      async () => records.filter((record) => record.kind === 'request').length,
      (count) => count > 20,
    );
    await during(records);
  });
}

/** What went wrong, and what there was, so that an empty list means something. */
function losses(records: readonly ProbeRecord[]): { readonly lost: readonly string[]; readonly kinds: string } {
  const whole = records.filter((record) => record.kind === 'connection').map((record) => record.stream);
  return {
    lost: lossesIn(records),
    kinds: [...new Set(whole)]
      .filter((id) => id.startsWith('vip1'))
      .sort()
      .join(),
  };
}

const everyKind = 'vip1 download,vip1 kept,vip1 upload,vip1 websocket';

const holders = (): Promise<string> => holderCounts(lab);

/**
 * Runs a client of vip1 written in Perl on the client machine: `begin` connects, `ask` sends a request with that Connection header, `page` and
 * `rest` read its answer up to the end of the page or of the connection, `go` waits for `go()` here. The first words of all answers, or
 * what went wrong.
 */
function clientSays(script: string): Promise<string> {
  const told = toldByClient(script);
  // Whoever waits for it says why it failed; a test that failed before that has said enough.
  told.catch(() => undefined);
  return told;
}

async function toldByClient(script: string): Promise<string> {
  const program = `use IO::Socket::INET; $| = 1; $SIG{ALRM} = sub { print "no answer\\n"; exit };
    sub begin { IO::Socket::INET->new(PeerAddr => "192.168.10.100:80", @_) or die "connect: $!" }
    sub ask { my ($to, $then) = @_;
      print $to "GET / HTTP/1.1\\r\\nHost: devops.com\\r\\nConnection: $then\\r\\n\\r\\n"; }
    sub answer { my ($from, $until) = @_; alarm 10; my $line;
      while (defined($line = <$from>)) { print $line; last if $line =~ $until } print "$!\\n" if !defined $line; alarm 0 }
    sub page { answer($_[0], qr/<.html>/) } sub rest { answer($_[0], qr/^(?!)/) }
    sub go { open(my $go, "<", "/tmp/go"); <$go> }
    ${script}`;
  const said = await lab.on('client', 'timeout', '120', 'perl', '-e', program);
  return (said.match(/HTTP\/1\.1 \d+|no answer|Connection reset.*/g) ?? []).join();
}

const go = (): Promise<string> => lab.on('client', 'timeout', '60', 'bash', '-c', 'echo go >/tmp/go');

describe('a VIP that is moved and moved back', () => {
  test('loses no request, download, upload, WebSocket or kept connection', async () => {
    const records = await loaded(async () => {
      for (const target of ['lb2', 'lb1', 'lb2', 'lb1']) {
        const moved = await evenkeel('move', ...flags, 'vip1', target);
        expect(moved.exitCode, moved.stdout + moved.stderr).toBe(0);
        expect(await holders()).toBe(target === 'lb2' ? '0,2' : '1,1');
      }
    });
    expect(losses(records)).toEqual({ lost: [], kinds: everyKind });
  });

  test('took packets of connections to the balancer that had them', async () => {
    // The connection is begun on lb1, and its second answer asked for when lb2 holds the VIP. (NGINX waits for a first request for 15 s only.)
    const told = clientSays(`
      my $only = begin(); ask($only, "keep-alive"); page($only); go(); ask($only, "close"); rest($only);`);
    await eventually(
      async () => lab.on('lb1', 'ss', '-Htn', 'state', 'established', 'src', '192.168.10.100'),
      (sockets) => sockets.trim() !== '',
    );
    const moved = await evenkeel('move', ...flags, 'vip1', 'lb2');
    expect(moved.stdout).toMatch(/moved from lb1 to lb2 in .*; 1 connection went on on lb1/);
    await go();
    expect(await told).toBe('HTTP/1.1 308,HTTP/1.1 308');
    expect((await evenkeel('move', ...flags, 'vip1', 'lb1')).exitCode).toBe(0);
  });

  test('is not taken for a closed connection of the new holder when a client uses its port again', async () => {
    const told = clientSays(`
      my $first = begin(LocalPort => 23456, ReuseAddr => 1); ask($first, "close"); rest($first); close $first; go();
      my $second = begin(LocalPort => 23456, ReuseAddr => 1); ask($second, "keep-alive"); page($second); go();
      ask($second, "close"); rest($second);`);
    // The server closed first, and remembers that for a minute; so does connection tracking, for half of it.
    await eventually(
      async () => lab.on('lb1', 'ss', '-Htn', 'state', 'time-wait', 'dst', '192.168.10.50:23456'),
      (sockets) => sockets.trim() !== '',
    );
    const closed = performance.now();
    expect((await evenkeel('move', ...flags, 'vip1', 'lb2')).exitCode).toBe(0);
    await go();
    // What else there is tells where the connection is instead, should it never come here.
    const places = async (): Promise<{ readonly lb2: string; readonly lb1: string; readonly client: string }> => {
      const at = (name: string): Promise<string> => lab.on(name, 'ss', '-Htan', '( sport = :23456 or dport = :23456 )');
      const neighbour = await lab.on('client', 'ip', 'neighbour', 'show', '192.168.10.100');
      return { lb2: await at('lb2'), lb1: await at('lb1'), client: `${await at('client')}${neighbour}` };
    };
    await eventually(places, ({ lb2 }) => lb2.includes('ESTAB'));
    expect((await evenkeel('move', ...flags, 'vip1', 'lb1')).exitCode).toBe(0);
    await go();
    // What this test is about: lb1 still knew the old connection.
    expect(performance.now() - closed).toBeLessThan(30_000);
    expect(await told).toBe('HTTP/1.1 308,HTTP/1.1 308,HTTP/1.1 308');
  });

  test('is served on where a program has it open, also when connection tracking has lost its place', async () => {
    await lab.on('lb1', '/usr/local/lib/evenkeel/handover', 'expect', '600', '192.168.10.100');
    const told = clientSays(`
      my $only = begin(); ask($only, "keep-alive"); page($only); go(); ask($only, "keep-alive"); page($only);
      ask($only, "close"); rest($only);`);
    await eventually(
      async () => lab.on('lb1', 'ss', '-Htn', 'state', 'established', 'src', '192.168.10.100'),
      (sockets) => sockets.trim() !== '',
    );
    // Answers are not tracked any more: what the client acknowledges was never sent, as far as that can tell.
    const liberal = 'net.netfilter.nf_conntrack_tcp_be_liberal';
    await lab.on('lb1', 'sysctl', '-qw', `${liberal}=0`);
    await lab.on('lb1', 'nft', 'add table ip untracked');
    try {
      await lab.on('lb1', 'nft', 'add chain ip untracked out { type filter hook output priority raw; }');
      await lab.on('lb1', 'nft', 'add rule ip untracked out ip saddr 192.168.10.100 tcp sport 80 notrack');
      await go();
      expect(await told).toBe('HTTP/1.1 308,HTTP/1.1 308,HTTP/1.1 308');
    } finally {
      await lab.on('lb1', 'nft', 'delete table ip untracked');
      await lab.on('lb1', 'sysctl', '-qw', `${liberal}=1`);
    }
  });

  test('resets a connection that no balancer knows, instead of passing its packets round', async () => {
    // lb1 does not track this one, and loses it without a word while lb2 holds the VIP.
    await lab.on('lb1', 'nft', 'flush', 'set', 'ip', 'evenkeel-handover', 'taken');
    await lab.on('lb1', 'nft', 'add table ip untracked');
    for (const [chain, hook, ends] of [
      ['in', 'prerouting', 'ip daddr 192.168.10.100 tcp dport 80'],
      ['out', 'output', 'ip saddr 192.168.10.100 tcp sport 80'],
    ] as const) {
      await lab.on('lb1', 'nft', `add chain ip untracked ${chain} { type filter hook ${hook} priority raw; }`);
      await lab.on('lb1', 'nft', `add rule ip untracked ${chain} ${ends} notrack`);
    }
    const script = [
      'exec 3<>/dev/tcp/192.168.10.100/80',
      'read -r go <"$1"',
      'printf "GET / HTTP/1.1\r\n" >&3',
      'cat <&3 2>&1 || true',
    ].join('\n');
    const told = lab.on('client', 'timeout', '60', 'bash', '-c', script, 'bash', '/tmp/go');
    await eventually(
      async () => lab.on('lb1', 'ss', '-Htn', 'state', 'established', 'src', '192.168.10.100'),
      (sockets) => sockets.trim() !== '',
    );
    expect((await evenkeel('move', ...flags, 'vip1', 'lb2')).exitCode).toBe(0);
    // NGINX goes without a word to its client: what is left of the connection on lb1 is no socket of anybody.
    await lab.on('lb1', 'nft', 'add table ip silent');
    await lab.on('lb1', 'nft', 'add chain ip silent out { type filter hook output priority 0; }');
    await lab.on('lb1', 'nft', 'add rule ip silent out ip saddr 192.168.10.100 tcp flags & fin == fin drop');
    await lab.on('lb1', 'systemctl', 'kill', '--signal=KILL', 'nginx.service');
    await eventually(
      async () => lab.on('lb1', 'ss', '-Htn', 'state', 'established', 'src', '192.168.10.100'),
      (sockets) => sockets.trim() === '',
    );
    await lab.on('lb1', 'nft', 'delete table ip untracked');
    // As after a move before: without the TTL the two would ask each other for ever.
    await lab.on('lb1', '/usr/local/lib/evenkeel/handover', 'expect', '600', '192.168.10.100');
    await go();
    expect(await told).toContain('Connection reset by peer');
    await lab.on('lb1', 'nft', 'delete table ip silent');
    // NGINX runs again, and its agent has had an answer of it.
    await eventually(
      async () => lab.on('lb1', 'cat', '/run/evenkeel/nginx', '/run/evenkeel/answers'),
      (verdicts) => verdicts === '0\n0\n',
    );
    expect(await evenkeel('move', ...flags, 'vip1', 'lb1')).toMatchObject({ exitCode: 0, stderr: expect.any(String) });
  });
});

describe('the unit that lets connections outlive a move', () => {
  const unit = 'evenkeel-handover.service';
  const taken = (): Promise<string> =>
    lab.on('lb2', 'nft', 'list', 'set', 'ip', 'evenkeel-handover', 'taken').catch(() => 'no table');
  const onLo = async (): Promise<number> =>
    (await lab.on('lb2', 'ip', '-br', 'address', 'show', 'dev', 'lo')).split('192.168.10.').length - 1;
  /** How many addresses left lo during this command. */
  const leftLo = async (command: string): Promise<number> => {
    // An address that came and went is in what is watched as soon as that has come so far.
    const marked = (one: string): string =>
      `until grep -q ${one} /tmp/changes; do ip address add ${one}/32 dev lo; ip address del ${one}/32 dev lo; sleep 0.05; done`;
    const script = `ip monitor address >/tmp/changes & ${marked('192.0.2.1')}; ${command}; ${marked('192.0.2.2')}; kill $!
      grep 'Deleted.* lo ' /tmp/changes | grep -vc '192[.]0[.]2[.]'`;
    return Number(await lab.on('lb2', 'sh', '-c', `${script} || true`));
  };

  test.each([
    ['reload', unit],
    ['restart', unit],
    ['restart', 'nftables.service'],
  ] as const)('keeps what moved here through a %s of %s', async (verb, who) => {
    await lab.on('lb2', '/usr/local/lib/evenkeel/handover', 'expect', '600', '192.168.10.100');
    expect(await leftLo(`systemctl ${verb} ${who}`)).toBe(0);
    // What nftables.service drops is loaded again by a job that follows its restart.
    await eventually(taken, (text) => text.includes('192.168.10.100'));
    expect(await onLo()).toBe(2);
  });

  test('tells in status that its table is gone, and how it comes back', async () => {
    await lab.on('lb2', 'nft', 'flush', 'ruleset');
    const told = await evenkeel('status', ...flags);
    expect(told.stdout).toContain('the nftables table ip evenkeel-handover is gone on lb2');
    for (const one of [unit, 'evenkeel-firewall.service']) {
      expect(told.stdout).toContain(`systemctl reload-or-restart ${one}`);
      await lab.on('lb2', 'systemctl', 'reload-or-restart', one);
    }
    expect(await taken()).toContain('192.168.10.100');
    expect((await evenkeel('status', ...flags)).stdout).not.toContain('is gone on');
  });

  test('takes everything away when a person stops it', async () => {
    await lab.on('lb2', 'systemctl', 'stop', unit);
    expect([await taken(), await onLo()]).toEqual(['no table', 0]);
    await lab.on('lb2', 'systemctl', 'start', unit);
    expect([await onLo(), (await taken()).includes('192.168.10.')]).toEqual([2, false]);
  });
});

describe('a balancer that is drained and comes back', () => {
  test('loses nothing either', async () => {
    const drains: ReturnType<typeof evenkeel>[] = [];
    const away = await loaded(async () => {
      drains.push(evenkeel('drain', ...flags, '--deadline', '10m', 'lb1'));
      await eventually(holders, (counts) => counts === '0,2');
    });
    // The load has ended, so the drain ends too: until then it waited for connections.
    const [drained] = await Promise.all(drains);
    expect([drained?.exitCode, drained?.stdout]).toEqual([
      0,
      expect.stringContaining('lb1 is drained: it holds no VIP'),
    ]);
    const home = await loaded(async () => {
      const back = await evenkeel('undrain', ...flags, 'lb1');
      expect(back.exitCode, back.stdout + back.stderr).toBe(0);
      expect(back.stdout).toContain('lb1 is in service and holds vip1');
    });
    const records = [...away, ...home];
    expect(losses(records)).toEqual({ lost: [], kinds: everyKind });
    expect(await holders()).toBe('1,1');
  });

  test('stays drained after a boot, and is refused as the target of a move', async () => {
    expect((await evenkeel('drain', ...flags, '--deadline', '0s', 'lb1')).exitCode).toBe(0);
    await lab.on('lb1', 'systemctl', 'restart', 'nginx.service', 'keepalived.service');
    expect(await holders()).toBe('0,2');
    const refused = await evenkeel('move', ...flags, 'vip1', 'lb1');
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('it is drained')]);
    const alone = await evenkeel('drain', ...flags, 'lb2');
    expect([alone.exitCode, alone.stderr]).toEqual([1, expect.stringContaining('no other balancer can hold')]);
    expect((await evenkeel('undrain', ...flags, 'lb1')).exitCode).toBe(0);
    expect(await holders()).toBe('1,1');
  });
});
