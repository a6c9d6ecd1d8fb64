import { describe, expect, it } from 'vitest';
import { dualStackModel, exampleModel } from '../kit/example-model.ts';
import { runInImage } from '../kit/image-chroot.ts';
import { fileAt, renderedHost, textAt, withText } from '../kit/rendered-host.ts';
import { releases } from '../../src/base/release.ts';

const path = '/etc/keepalived/keepalived.conf';

describe.each(releases)('keepalived of %s', (release) => {
  it.each([
    { title: 'the reference system', readModel: exampleModel, addresses: ['192.168.10.11/24'] },
    { title: 'three balancers with IPv6', readModel: dualStackModel, addresses: ['10.20.0.11/24', 'fd00:20::11/64'] },
  ])('accepts $title without a word', async ({ readModel, addresses }) => {
    const host = renderedHost(readModel(), release, 'lb1');
    const outcome = await runInImage({
      release,
      files: host.files,
      addresses,
      script:
        'systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf; keepalived -t -f /etc/keepalived/keepalived.conf',
    });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('is asked for real: an unknown keyword and an unknown interface are refused', async () => {
    const host = renderedHost(exampleModel(), release, 'lb1');
    const good = fileAt(host, path);
    const text = textAt(host, path);
    for (const bad of [text.replace('advert_int', 'advert_imt'), text.replaceAll('eth0', 'eth7')]) {
      const outcome = await runInImage({
        release,
        files: [withText(good, bad)],
        addresses: ['192.168.10.11/24'],
        script: `keepalived -t -f ${path}`,
      });
      expect(outcome.exitCode).not.toBe(0);
    }
  });

  it('moves a VIP when NGINX is said to be down, and takes it back when it is up again', async () => {
    const [lb1, lb2] = ['lb1', 'lb2'].map((name) => renderedHost(exampleModel(), release, name));
    if (lb1 === undefined || lb2 === undefined) throw new Error('two balancers');
    const outcome = await runInImage({
      release,
      files: [
        ...lb1.files.filter((file) => file.activates !== 'nginx'),
        withText({ ...fileAt(lb2, path), path: '/etc/lb2.conf' }, textAt(lb2, path)),
      ],
      addresses: ['192.168.10.11/24'],
      script: pairScript,
    });
    expect(`${outcome.stdout}${outcome.stderr}`).toBe(`born down: 192.168.10.100 on lb2
up on both: 192.168.10.100 on lb1
up on both: 192.168.10.200 on lb2
down on lb1: 192.168.10.100 on lb2
up again: 192.168.10.100 on lb1
hung on lb1: 192.168.10.100 on lb2
answers again: 192.168.10.100 on lb1
drained lb2: 192.168.10.200 on lb1
`);
    expect(outcome.exitCode).toBe(0);
  });
});

/**
 * lb1 runs in the image's first network namespace, lb2 in a second one at the other end of the wire with a /run and a
 * /var/lib/evenkeel of its own. `expect_on` polls, for at most 10 s, until exactly that balancer holds the address.
 */
const pairScript = `
verdict=/usr/local/lib/evenkeel/nginx-verdict
nft -f /etc/evenkeel/firewall.nft
ip netns add lb2
ip link set other netns lb2
ip -n lb2 link set other name eth0
ip -n lb2 link set lo up
ip -n lb2 link set eth0 up
ip -n lb2 address add 192.168.10.12/24 dev eth0
systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf
ip netns exec lb2 unshare --mount sh -euc '
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /var/lib/evenkeel
  systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf
  /usr/local/lib/evenkeel/nginx-verdict up
  echo $$ >/tmp/lb2.pid
  exec keepalived --dont-fork --vrrp --use-file /etc/lb2.conf' >/tmp/lb2.log 2>&1 &
keepalived --dont-fork --vrrp --use-file ${path} >/tmp/lb1.log 2>&1 &

holders() {
  if [ -n "$(ip -oneline address show to "$1")" ]; then echo lb1; fi
  if [ -n "$(ip -n lb2 -oneline address show to "$1")" ]; then echo lb2; fi
}
expect_on() {
  tries=0
  until [ "$(holders "$2")" = "$3" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then
      echo "$1: $2 on $(holders "$2" | tr '\\n' ' '), not on $3"
      cat /tmp/lb1.log /tmp/lb2.log
      exit 1
    fi
    sleep 0.05
  done
  echo "$1: $2 on $3"
}
expect_on 'born down' 192.168.10.100 lb2
$verdict up
expect_on 'up on both' 192.168.10.100 lb1
expect_on 'up on both' 192.168.10.200 lb2
$verdict down 192.168.10.100 192.168.10.200
test -z "$(ip -oneline address show to 192.168.10.100)"
expect_on 'down on lb1' 192.168.10.100 lb2
$verdict up
expect_on 'up again' 192.168.10.100 lb1
echo 1 >/run/evenkeel/answers
expect_on 'hung on lb1' 192.168.10.100 lb2
echo 0 >/run/evenkeel/answers
expect_on 'answers again' 192.168.10.100 lb1
echo 1 >/proc/$(cat /tmp/lb2.pid)/root/var/lib/evenkeel/drain
expect_on 'drained lb2' 192.168.10.200 lb1
`;
