import { describe, expect, it } from 'vitest';
import { dualStackModel, exampleModel } from '../kit/example-model.ts';
import { runInImage } from '../kit/image-chroot.ts';
import { renderedHost } from '../kit/rendered-host.ts';
import { parseStrangers } from '../../src/facts/vrrp-strangers.ts';
import { releases } from '../../src/base/release.ts';

describe.each(releases)('nft of %s', (release) => {
  it.each([
    ['the reference system', exampleModel],
    ['three balancers', dualStackModel],
  ] as const)('checks and loads the table of %s, twice, beside the tables of others', async (_, readModel) => {
    const outcome = await runInImage({
      release,
      files: renderedHost(readModel(), release, 'lb1').files,
      script: `
        nft add table inet theirs
        nft --check --file /etc/evenkeel/firewall.nft
        nft --file /etc/evenkeel/firewall.nft
        nft --file /etc/evenkeel/firewall.nft
        nft list tables
        nft list chain inet evenkeel vrrp | grep -c 'counter packets 0'`,
    });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'table inet theirs\ntable inet evenkeel\n1\n', stderr: '' });
  });

  it('lets adverts of the other balancer in and drops all other VRRP; SSH is not touched', async () => {
    const outcome = await runInImage({
      release,
      files: renderedHost(exampleModel(), release, 'lb1').files,
      addresses: ['192.168.10.11/24', '192.168.10.100/32'],
      script: strangerScript,
    });
    expect(outcome.stdout).toBe('ssh: connected\nheard 1 dropped 3\n');
    // What comes from a peer's address is dropped too, but a peer is no stranger: it may still speak as before this apply.
    expect(parseStrangers(outcome.stderr)).toEqual(['192.168.10.66']);
  });
});

/**
 * A stranger at the other end of the wire sends VRRP with forged sources. A second table, after ours, counts what was let
 * through; raw sockets of Perl choose source address and TTL (IP_HDRINCL).
 */
const strangerScript = `
nft -f /etc/evenkeel/firewall.nft
nft -f - <<'END'
table inet probe {
  chain heard {
    type filter hook input priority filter; policy accept;
    meta l4proto vrrp counter
  }
}
END
ip netns add stranger
ip link set other netns stranger
ip -n stranger link set other up
ip -n stranger address add 192.168.10.66/24 dev other
perl -MIO::Socket::INET -e '
  my $server = IO::Socket::INET->new(LocalAddr => "192.168.10.11", LocalPort => 22, Listen => 1) or die $!;
  print "ready\\n"; close STDOUT; my $c = $server->accept;' >/tmp/ready &
until [ -s /tmp/ready ]; do sleep 0.02; done
ip netns exec stranger perl -MSocket -MIO::Socket::INET -e '
  print IO::Socket::INET->new(PeerAddr => "192.168.10.11", PeerPort => 22, Timeout => 3) ? "ssh: connected\\n" : "ssh: $!\\n";
  socket(my $raw, AF_INET, SOCK_RAW, 255) or die $!;
  setsockopt($raw, 0, 3, 1) or die $!;
  for (["192.168.10.12", 255, "192.168.10.11"], ["192.168.10.12", 64, "192.168.10.11"], ["192.168.10.66", 255, "192.168.10.11"],
       ["192.168.10.12", 255, "192.168.10.100"]) {
    my ($source, $ttl, $target) = @$_;
    my $advert = pack("H*", "31330a010064000000000000");
    my $header = pack("CCnnnCCna4a4", 0x45, 0, 20 + length $advert, 0, 0, $ttl, 112, 0, inet_aton($source), inet_aton($target));
    send($raw, $header . $advert, 0, pack_sockaddr_in(0, inet_aton($target))) or die $!;
  }'
count() { nft list chain inet "$1" "$2" | sed -n 's/.*counter packets \\([0-9]*\\).*/\\1/p'; }
tries=0
until [ $(($(count probe heard) + $(count evenkeel vrrp))) -ge 4 ] || [ "$tries" -ge 100 ]; do
  tries=$((tries + 1))
  sleep 0.02
done
echo "heard $(count probe heard) dropped $(count evenkeel vrrp)"
nft -j list set inet evenkeel strangers >&2
`;
