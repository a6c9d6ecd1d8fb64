import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releases } from '../../src/base/release.ts';
import { referenceModel } from '../../src/model/reference-model.ts';
import { renderReferenceNginx } from '../../src/render/reference-nginx.ts';
import type { SiteCertificate } from '../../src/render/render-input.ts';
import { dualStackModel, exampleModel } from '../kit/example-model.ts';
import { runInImage } from '../kit/image-chroot.ts';
import { selfSigned } from '../kit/nginx-bench.ts';
import { nginxInput } from '../kit/nginx-input.ts';
import { openImage } from '../kit/open-image.ts';
import { fileAt, renderedHost, textAt, withText } from '../kit/rendered-host.ts';

const models = [
  { title: 'the reference system', read: exampleModel, addresses: ['192.168.10.11/24'], nameserver: 'dns1' },
  {
    title: 'three balancers with IPv6',
    read: dualStackModel,
    addresses: ['10.20.0.11/24', 'fd00:20::11/64'],
    nameserver: 'ns1',
  },
] as const;
const conf = '/etc/keepalived/keepalived.conf';

let folder = '';
let certificate: SiteCertificate = { chainPem: '', keyPem: '' };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-reference-'));
  certificate = await selfSigned(folder, ['shop.example']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(releases)('the reference profile on %s', (release) => {
  it.each(models)('keepalived accepts $title without a word, script security and all', async ({ read, addresses }) => {
    const { files } = renderedHost(referenceModel(read()), release, 'lb1');
    const outcome = await runInImage({ release, files, addresses, script: `keepalived -t -f ${conf}` });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('keepalived is asked for real: a script that others may write to is refused', async () => {
    const { files } = renderedHost(referenceModel(exampleModel()), release, 'lb1');
    const outcome = await runInImage({
      release,
      files,
      addresses: ['192.168.10.11/24'],
      script: `chmod 777 /etc/keepalived/check_nginx.sh; keepalived -t -f ${conf}`,
    });
    expect(outcome.exitCode).not.toBe(0);
  });

  it.each(models)('NGINX accepts $title without a warning', async ({ read }) => {
    const model = referenceModel(read());
    const image = await openImage(release);
    try {
      for (const balancer of model.balancers) {
        await image.write(renderReferenceNginx(nginxInput(model, release, certificate), balancer));
        const outcome = await image.run(['nginx', '-t', '-q']);
        expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
      }
    } finally {
      await image.close();
    }
  });

  it.each(models)('PowerDNS finds no error and no warning in the zones of $title', async ({ read, nameserver }) => {
    const { files } = renderedHost(referenceModel(read()), release, nameserver);
    const zones = files.filter((file) => file.activates === 'zone');
    const outcome = await runInImage({
      release,
      files,
      script: `
        install -d -o pdns -g pdns /run/pdns
        for file in /var/lib/evenkeel/zones/*.zone; do
          /usr/local/lib/evenkeel/load-zone "$(basename "$file" .zone)" "$file" 2>&1 | grep Checked
        done`,
    });
    const lines = outcome.stdout.trim().split('\n');
    expect(lines).toHaveLength(zones.length);
    for (const line of lines) expect(line).toMatch(/ 0 errors, 0 warnings/);
  });

  it('VRRP passes the firewall: the other is heard, and a dead NGINX moves the address by its priority alone', async () => {
    const [lb1, lb2] = ['lb1', 'lb2'].map((name) => renderedHost(referenceModel(exampleModel()), release, name));
    if (lb1 === undefined || lb2 === undefined) throw new Error('two balancers');
    const lb2Firewall = fileAt(lb2, '/etc/evenkeel/firewall.nft');
    const outcome = await runInImage({
      release,
      files: [
        ...lb1.files.filter((file) => file.activates !== 'nginx'),
        withText({ ...fileAt(lb2, conf), path: '/etc/lb2.conf' }, textAt(lb2, conf)),
        withText({ ...lb2Firewall, path: '/etc/lb2.nft' }, textAt(lb2, lb2Firewall.path)),
      ],
      addresses: ['192.168.10.11/24'],
      script: pairScript,
    });
    expect(`${outcome.stdout}${outcome.stderr}`).toBe(`both run: 192.168.10.100 on lb1
both run: 192.168.10.200 on lb2
no NGINX on lb1: 192.168.10.100 on lb2
NGINX again: 192.168.10.100 on lb1
`);
    expect(outcome.exitCode).toBe(0);
  });
});

/**
 * lb1 in the image's network namespace, lb2 at the other end of the wire. Each has processes of its own, since pgrep finds
 * whatever it sees, and a `sleep` by the name of nginx for as long as the file NAME.up is there.
 */
const pairScript = `
nft -f /etc/evenkeel/firewall.nft
ip netns add lb2
ip link set other netns lb2
ip -n lb2 link set other name eth0
ip -n lb2 link set lo up
ip -n lb2 link set eth0 up
ip -n lb2 address add 192.168.10.12/24 dev eth0
ip netns exec lb2 nft -f /etc/lb2.nft
cp "$(command -v sleep)" /tmp/nginx
cat >/tmp/side <<'END'
mount -t tmpfs tmpfs /run
nginx=
keep_nginx() {
  if [ -e "/tmp/$1.up" ]; then
    if [ -z "$nginx" ]; then /tmp/nginx 600 & nginx=$!; fi
  elif [ -n "$nginx" ]; then
    kill "$nginx"; wait "$nginx" || true; nginx=
  fi
}
keep_nginx "$1"
keepalived --dont-fork --use-file "$2" >"/tmp/$1.log" 2>&1 &
while :; do keep_nginx "$1"; sleep 0.05; done
END
touch /tmp/lb1.up /tmp/lb2.up
side='unshare --mount --pid --fork --kill-child --mount-proc sh -eu /tmp/side'
$side lb1 ${conf} 2>/dev/null &
ip netns exec lb2 $side lb2 /etc/lb2.conf 2>/dev/null &

holders() {
  if [ -n "$(ip -oneline address show to "$1")" ]; then echo lb1; fi
  if [ -n "$(ip -n lb2 -oneline address show to "$1")" ]; then echo lb2; fi
}
expect_on() {
  tries=0
  until [ "$(holders "$2")" = "$3" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ]; then
      echo "$1: $2 on $(holders "$2" | tr '\\n' ' '), not on $3"
      cat /tmp/lb1.log /tmp/lb2.log
      exit 1
    fi
    sleep 0.05
  done
  echo "$1: $2 on $3"
}
expect_on 'both run' 192.168.10.100 lb1
expect_on 'both run' 192.168.10.200 lb2
rm /tmp/lb1.up
expect_on 'no NGINX on lb1' 192.168.10.100 lb2
touch /tmp/lb1.up
expect_on 'NGINX again' 192.168.10.100 lb1
`;
