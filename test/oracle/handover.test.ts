import { describe, expect, it } from 'vitest';
import { releases } from '../../src/base/release.ts';
import type { LocalOutcome } from '../../src/hosts/process.ts';
import type { Model } from '../../src/model/model.ts';
import { dualStackModel, exampleModel } from '../kit/example-model.ts';
import { runInImage } from '../kit/image-chroot.ts';
import { renderedHost } from '../kit/rendered-host.ts';

const [one, two] = ['192.168.10.100', '192.168.10.200'] as const;

/** What the script is asked for with a shorter name, and what the kernel has then: `taken` as `ADDRESS:MINUTES`, rounded up. */
const words = `
handover=/usr/local/lib/evenkeel/handover
taken() {
  nft list set "$1" evenkeel-handover taken | grep -o '[0-9a-f.:]* timeout [0-9]*m[0-9]*' | sort |
    awk '{ split($3, time, "m"); print $1 ":" time[1] + (time[2] > 0) }' | xargs echo "$1"
}
# What is watched has come as far as this: an address that came and went is in it.
marked() {
  until grep -q "$1" /tmp/changes; do
    ip address add "$1/32" dev lo
    ip address del "$1/32" dev lo
    sleep 0.05
  done
}
on_lo() { ip -o address show dev lo | awk '$4 !~ /^(127|::1)/ { print $4 }' | sort | xargs echo lo; }
`;

describe.each(releases)('handover with nft of %s', (release) => {
  const run = (script: string, model: Model = exampleModel()): Promise<LocalOutcome> =>
    runInImage({ release, files: renderedHost(model, release, 'lb1').files, script: `${words}${script}` });

  it('keeps what it expects, and every address that stays, when it is loaded again', async () => {
    const outcome = await run(`
      $handover up ${one}/32 ${two}/32
      $handover expect 600 ${one}
      ip monitor address >/tmp/changes &
      marked 192.0.2.1
      $handover up ${one}/32 192.168.10.77/32
      marked 192.0.2.2
      taken ip
      on_lo
      grep Deleted /tmp/changes | grep -vc 192.0.2.
      kill $!`);
    expect(outcome).toMatchObject({
      stdout: `ip ${one}:10\nlo ${one}/32 192.168.10.77/32\n1\n`,
      stderr: '',
      exitCode: 0,
    });
  });

  it('keeps it for IPv6 as well', async () => {
    const outcome = await run(
      `
      $handover up 10.20.0.101/32 fd00:20::101/128
      $handover expect 600 10.20.0.101 fd00:20::101
      $handover up 10.20.0.101/32 fd00:20::101/128
      taken ip
      taken ip6
      on_lo`,
      dualStackModel(),
    );
    expect(outcome).toMatchObject({
      stdout: 'ip 10.20.0.101:10\nip6 fd00:20::101:10\nlo 10.20.0.101/32 fd00:20::101/128\n',
      stderr: '',
      exitCode: 0,
    });
  });

  it.each([
    { family: 'ip', model: exampleModel(), vip: one, length: 24, client: '192.168.10.50' },
    { family: 'ip6', model: dualStackModel(), vip: 'fd00:20::101', length: 64, client: 'fd00:20::50' },
  ])(
    'lets a client use a port again that it closed with a RST, while more may be expected: $family',
    async ({ model, vip, length, client }) => {
      const flags = vip.includes(':') ? 'nodad' : '';
      const outcome = await run(
        `
      $handover up ${vip}/${vip.includes(':') ? 128 : 32}
      $handover expect 600 ${vip}
      ip address add ${vip}/${length} dev eth0 ${flags}
      ip netns add client
      ip link set other netns client
      ip -n client address add ${client}/${length} dev other ${flags}
      ip -n client link set other up
      # Ends each connection before the client has read all of it.
      perl -MIO::Socket::IP -e '
        my $server = IO::Socket::IP->new(LocalHost => $ARGV[0], LocalPort => 443, Listen => 9) or die "server: $@\n";
        while (my $one = $server->accept) { sysread $one, my $asked, 9; syswrite $one, "x" x 2000; close $one }
      ' ${vip} &
      until ss -Hltn sport = :443 | grep -q .; do sleep 0.1; done
      server=$!
      for time in 1 2 3; do
        ip netns exec client perl -MIO::Socket::IP -e '
          my $socket = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 443, LocalHost => $ARGV[1], LocalPort => 40000,
            ReuseAddr => 1, Timeout => 10) or die "not connected: $@\n";
          syswrite $socket, "hello";
          # Closed with something unread, a connection ends with a RST.
          select undef, undef, undef, 0.05 until -e "/run/half-closed";
          sysread $socket, my $part, 100;
          print "answered\n";
        ' ${vip} ${client} &
        until ss -Htan state fin-wait-2 | grep -q . || ! kill -0 $!; do sleep 0.05; done
        touch /run/half-closed
        wait $!
        rm /run/half-closed
      done
      kill $server`,
        model,
      );
      expect(outcome).toMatchObject({ stdout: 'answered\n'.repeat(3), stderr: '', exitCode: 0 });
    },
  );

  it('loads a table that somebody flushed, with all that was expected before', async () => {
    const outcome = await run(`
      $handover up ${one}/32 ${two}/32
      $handover expect 600 ${one}
      nft flush ruleset
      $handover expect 1200 ${two}
      taken ip`);
    expect(outcome).toMatchObject({ stdout: `ip ${one}:10 ${two}:20\n`, stderr: '', exitCode: 0 });
  });

  it('expects again for the time that is said last', async () => {
    const outcome = await run(`
      $handover up ${one}/32
      $handover expect 600 ${one}
      $handover expect 1200 ${one}
      taken ip`);
    expect(outcome).toMatchObject({ stdout: `ip ${one}:20\n`, stderr: '', exitCode: 0 });
  });

  it('forgets what is over', async () => {
    const outcome = await run(`
      $handover up ${one}/32
      $handover expect 1 ${one}
      sleep 1.2
      $handover up ${one}/32
      taken ip`);
    expect(outcome).toMatchObject({ stdout: 'ip\n', stderr: '', exitCode: 0 });
  });

  it('passes over IPv6 where it has no table by design, and nothing else', async () => {
    const outcome = await run(`
      $handover up ${one}/32
      $handover expect 600 ${one} fd00::100
      taken ip
      nft flush ruleset
      echo nonsense >/etc/evenkeel/handover.nft
      $handover expect 600 ${one} && echo passed
      true`);
    expect(outcome.stdout).toBe(`ip ${one}:10\n`);
    expect(outcome.stderr).toContain('handover: without /etc/evenkeel/handover.nft no connection is passed on');
  });

  it('takes everything away when it is stopped', async () => {
    const outcome = await run(`
      $handover up ${one}/32 ${two}/32
      $handover expect 600 ${one}
      $handover down
      nft list tables
      on_lo
      $handover up ${one}/32
      taken ip`);
    expect(outcome).toMatchObject({ stdout: 'lo\nip\n', stderr: '', exitCode: 0 });
  });
});
