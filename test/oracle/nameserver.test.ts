import { describe, expect, it } from 'vitest';
import { parsePowerdnsStatistics } from '../../src/facts/powerdns-statistics.ts';
import type { Model } from '../../src/model/model.ts';
import { dualStackModel, exampleModel, modelOfText } from '../kit/example-model.ts';
import { runInImage } from '../kit/image-chroot.ts';
import { fileAt, renderedHost, textAt, withText } from '../kit/rendered-host.ts';
import { releases } from '../../src/base/release.ts';
import { testSerial } from '../kit/render-input.ts';

const zonePath = '/var/lib/evenkeel/zones/devops.com.zone';
const loadZone = '/usr/local/lib/evenkeel/load-zone';

/** Starts PowerDNS as its unit does, and waits until it answers. */
const startPowerdns = `
  install -d -o pdns -g pdns /run/pdns
  start_pdns() {
    /usr/local/lib/evenkeel/zone-database
    setpriv --reuid=pdns --regid=pdns --init-groups --inh-caps=+net_bind_service --ambient-caps=+net_bind_service \\
      pdns_server --guardian=no --daemon=no --disable-syslog --write-pid=no >/tmp/pdns.log 2>&1 &
    tries=0
    until pdns_control rping >/dev/null 2>&1 || [ "$tries" -ge 100 ]; do sleep 0.05; tries=$((tries + 1)); done
    /usr/local/lib/evenkeel/warm-dns
  }
  ask() { dig +short +norecurse +time=2 +tries=2 "@$1" "$2" "$3" | sort | tr '\\n' ' '; }
`;

describe.each(releases)('PowerDNS of %s', (release) => {
  it('knows every setting of pdns.conf, and the file is not for everybody', async () => {
    for (const [model, name] of [
      [exampleModel(), 'dns1'],
      [dualStackModel(), 'ns2'],
    ] as const) {
      const outcome = await runInImage({
        release,
        files: renderedHost(model, release, name).files,
        script: `pdns_server --config=check; stat -c '%a %U:%G' /etc/powerdns/pdns.conf`,
      });
      expect(outcome).toMatchObject({ exitCode: 0, stdout: '640 root:pdns\n' });
      expect(
        outcome.stderr.split('\n').filter((line) => !/Loading '.*gsqlite3|gsqlite3 backend version/.test(line)),
      ).toEqual(['']);
    }
  });

  it('would notice an unknown setting', async () => {
    const host = renderedHost(exampleModel(), release, 'dns1');
    const conf = fileAt(host, '/etc/powerdns/pdns.conf');
    const outcome = await runInImage({
      release,
      files: [withText(conf, `${textAt(host, conf.path)}lua-records-insert=yes\n`)],
      script: 'pdns_server --config=check',
    });
    expect(outcome.exitCode).not.toBe(0);
  });

  it.each([
    ['the reference system', exampleModel, 'dns1'],
    ['the dual-stack example', dualStackModel, 'ns1'],
    ['every kind of record', everyRecordModel, 'dns2'],
  ] as const)('finds no error and no warning in the zones of %s', async (_, readModel, name) => {
    const host = renderedHost(readModel(), release, name);
    const zones = host.files.filter((file) => file.activates === 'zone');
    expect(zones.length).toBeGreaterThan(0);
    const outcome = await runInImage({
      release,
      files: host.files,
      script: `
        install -d -o pdns -g pdns /run/pdns
        for file in /var/lib/evenkeel/zones/*.zone; do
          ${loadZone} "$(basename "$file" .zone)" "$file" >/tmp/said 2>&1 || cat /tmp/said >&2
          grep -E 'Checked|serial' /tmp/said
        done
        stat -c '%a %U:%G' /var/lib/powerdns/evenkeel.sqlite3`,
    });
    const lines = outcome.stdout.trim().split('\n');
    expect(outcome.stderr).toBe('');
    expect(lines.pop()).toBe('640 pdns:pdns');
    expect(lines).toHaveLength(2 * zones.length);
    for (const [index, line] of lines.entries()) {
      expect(line).toMatch(index % 2 === 0 ? / 0 errors, 0 warnings\.$/ : `loaded with serial ${testSerial};`);
    }
  });

  it('says what it has counted, under the names that are read (docs/metrics.md)', async () => {
    const outcome = await runInImage({
      release,
      files: renderedHost(exampleModel(), release, 'dns1').files,
      addresses: ['192.168.10.21/24'],
      script: `${startPowerdns}
        start_pdns
        for n in $(seq 5); do ask 192.168.10.21 "n$n.devops.com" A; done
        dig +short +tcp +norecurse +time=2 @192.168.10.21 devops.com A
        echo
        pdns_control show '*'`,
    });
    const found = parsePowerdnsStatistics(outcome.stdout.split('\n').slice(-2).join('\n'));
    for (const name of ['udp-queries', 'udp-answers', 'packetcache-hit', 'packetcache-miss', 'servfail-packets']) {
      expect([name, found.has(name)]).toEqual([name, true]);
    }
    expect(found.get('udp-queries')).toBeGreaterThanOrEqual(5);
    expect(found.get('tcp-queries')).toBe(1);
    expect(found.get('tcp-answers')).toBe(1);
    expect([found.get('timedout-packets'), found.get('corrupt-packets')]).toEqual([0, 0]);
  });

  it('answers both VIPs in turning order, its own names, and nothing about other zones', async () => {
    const outcome = await runInImage({
      release,
      files: renderedHost(exampleModel(), release, 'dns1').files,
      addresses: ['192.168.10.21/24'],
      script: `${startPowerdns}
        start_pdns
        for name in devops.com www.devops.com vip1.devops.com dns2.devops.com; do
          echo "$name $(ask 192.168.10.21 "$name" A)"
        done
        echo "NS $(ask 192.168.10.21 devops.com NS)"
        echo "AAAA $(ask 192.168.10.21 devops.com AAAA)"
        dig +norecurse @192.168.10.21 example.net A | grep -o 'status: [A-Z]*'
        dig +norecurse +time=2 +tries=1 @192.168.10.21 devops.com AXFR | grep -o 'Transfer failed'
        for n in $(seq 40); do dig +short +norecurse @192.168.10.21 devops.com A | head -1; done | sort | uniq`,
    });
    expect(outcome.stdout.split('\n')).toEqual([
      'devops.com 192.168.10.100 192.168.10.200 ',
      'www.devops.com 192.168.10.100 192.168.10.200 ',
      'vip1.devops.com 192.168.10.100 ',
      'dns2.devops.com 192.168.10.22 ',
      'NS dns1.devops.com. dns2.devops.com. ',
      'AAAA ',
      'status: REFUSED',
      'Transfer failed',
      // Either VIP comes first now and then: the chance that 40 answers hide one of them is 2 in 10^12.
      '192.168.10.100',
      '192.168.10.200',
      '',
    ]);
  });

  it('answers only the VIP whose balancer answers OK, and both when none does', async () => {
    const outcome = await runInImage({
      release,
      files: renderedHost(exampleModel(), release, 'dns1').files,
      addresses: ['192.168.10.21/24', '192.168.10.100/32', '192.168.10.200/32'],
      script: `${startPowerdns}
        cat >/etc/nginx/nginx.conf <<'END'
events {}
http {
  server { listen 192.168.10.200:80; server_name up.evenkeel; location = / { return 200 OK; } }
  server { listen 192.168.10.100:80; server_name up.evenkeel; location = / { return 503 OK; } }
}
END
        mkdir -p /var/log/nginx
        nginx
        start_pdns
        wait_for() {
          tries=0
          until [ "$(ask 192.168.10.21 devops.com A)" = "$1" ] || [ "$tries" -ge 200 ]; do
            sleep 0.05
            tries=$((tries + 1))
          done
          ask 192.168.10.21 devops.com A
          echo
        }
        wait_for '192.168.10.200 '
        nginx -s stop
        wait_for '192.168.10.100 192.168.10.200 '`,
    });
    expect(outcome.stdout).toBe('192.168.10.200 \n192.168.10.100 192.168.10.200 \n');
  });
});

describe.each(releases)('load-zone on %s', (release) => {
  const host = renderedHost(exampleModel(), release, 'dns1');
  const good = fileAt(host, zonePath);
  const zoneText = textAt(host, zonePath);
  const variant = (name: string, change: (text: string) => string) => ({
    ...withText(good, change(zoneText)),
    path: `/tmp/${name}.zone`,
  });
  const raise = (text: string): string => text.replace(String(testSerial), String(testSerial + 1));

  it('keeps the old zone when the new one is refused, for whatever reason', async () => {
    const outcome = await runInImage({
      release,
      files: [
        ...host.files,
        variant('record', (text) => `${raise(text)}x 300 IN A 999.1.1.1\n`),
        variant('clash', (text) => `${raise(text)}vip1 300 IN CNAME dns1\n`),
        variant('lua', (text) => raise(text).replaceAll('ifurlup(', 'ifurlupp(')),
        variant('good', raise),
      ],
      addresses: ['192.168.10.21/24'],
      script: `${startPowerdns}
        start_pdns
        for name in record clash lua absent good; do
          if ${loadZone} devops.com "/tmp/$name.zone" >/tmp/out 2>&1; then said=taken; else said="refused ($?)"; fi
          echo "$name $said $(dig +short @192.168.10.21 devops.com SOA | cut -d' ' -f3) $(ask 192.168.10.21 devops.com A)"
        done
        ls /tmp /var/lib/powerdns | grep -c 'tmp\\.\\|sqlite3\\.[A-Za-z0-9]\\{6\\}' || true`,
    });
    const vips = '192.168.10.100 192.168.10.200';
    expect(outcome.stdout.split('\n')).toEqual([
      `record refused (1) ${testSerial} ${vips} `,
      `clash refused (1) ${testSerial} ${vips} `,
      `lua refused (1) ${testSerial} ${vips} `,
      `absent refused (1) ${testSerial} ${vips} `,
      `good taken ${testSerial + 1} ${vips} `,
      '0',
      '',
    ]);
  });

  it('leaves nothing of a new zone that is refused, and answers a new one at once', async () => {
    const other = (text: string): string => text.replaceAll('devops.com', 'example.net');
    const outcome = await runInImage({
      release,
      files: [
        ...host.files,
        variant('bad', (text) => other(text).replaceAll('ifurlup(', 'ifurlupp(')),
        variant('good', other),
      ],
      addresses: ['192.168.10.21/24'],
      script: `${startPowerdns}
        start_pdns
        ask 192.168.10.21 www.example.net A
        for name in bad good; do
          if ${loadZone} example.net "/tmp/$name.zone" >/dev/null 2>&1; then said=taken; else said=refused; fi
          echo "$name $said $(dig @192.168.10.21 www.example.net A | grep -o 'status: [A-Z]*')"
        done`,
    });
    expect(outcome.stdout).toBe('bad refused status: REFUSED\ngood taken status: NOERROR\n');
  });

  it('fills a lost database again from the zone files when PowerDNS starts', async () => {
    const outcome = await runInImage({
      release,
      files: host.files,
      addresses: ['192.168.10.21/24'],
      script: `${startPowerdns}
        start_pdns
        pdns_control quit >/dev/null
        wait
        rm /var/lib/powerdns/evenkeel.sqlite3*
        start_pdns
        ask 192.168.10.21 devops.com A
        find /var/lib/powerdns ! -user pdns`,
    });
    expect(outcome.stdout).toBe('192.168.10.100 192.168.10.200 ');
  });
});

/** A zone with a record of every type a person may write, a wildcard and a long text. */
function everyRecordModel(): Model {
  return modelOfText(`
version: 1
name: every
networks:
  lan: { ipv4: 192.168.10.0/24, ipv6: "fd10::/64" }
hosts:
  dns1: { role: nameserver, address: [192.168.10.21, "fd10::21"] }
  dns2: { role: nameserver, address: [192.168.10.22, "fd10::22"] }
  lb1: { role: balancer, address: [192.168.10.11, "fd10::11"] }
  lb2: { role: balancer, address: [192.168.10.12, "fd10::12"] }
  web1: { role: web, address: 192.168.10.31 }
vips:
  vip1: { address: [192.168.10.100, "fd10::100"] }
  vip2: { address: [192.168.10.200, "fd10::200"] }
pools:
  web: { backends: [web1] }
sites:
  example.com: { names: [example.com, "*.app.example.com"], pool: web }
zones:
  example.com:
    contact: jane.doe@example.com
    records:
      - { name: "@", type: MX, value: 10 mail.example.net. }
      - { name: quiet, type: MX, value: 0 . }
      - { name: "@", type: CAA, value: '0 issue "letsencrypt.org; validationmethods=dns-01"' }
      - { name: docs, type: CNAME, value: pages.example.net., ttl: 3600 }
      - { name: alias, type: CNAME, value: office }
      - { name: _sip._tcp, type: SRV, value: 10 5 5060 sip.example.net. }
      - { name: lab, type: NS, value: ns.example.net. }
      - { name: office, type: A, value: 192.0.2.7 }
      - { name: office, type: AAAA, value: "2001:db8::7" }
      - { name: "7", type: PTR, value: office.example.com. }
      - { name: "@", type: TXT, value: 'a "quoted" \\ text; é' }
      - { name: key._domainkey, type: TXT, value: "v=DKIM1; p=${'A'.repeat(300)}" }
`);
}
