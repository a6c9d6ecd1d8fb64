import { describe, expect, it } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import type { Model, Zone } from '../model/model.ts';
import { readSoaSerial, readZone } from '../syntax/zone-read.ts';
import { printZone } from '../syntax/zone.ts';
import { renderZone, zoneRecords } from './zone.ts';

/** The records of a model's first zone as `NAME TTL TYPE DATA` lines. */
function lines(model: Model, changes: Partial<Zone> = {}): readonly string[] {
  const [zone] = model.zones;
  if (zone === undefined) throw new Error('no zone');
  const records = zoneRecords(model, { zone: { ...zone, ...changes }, serial: 7 });
  return printZone({ origin: zone.name, remarks: [], records })
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/ +/g, ' ').replace(' IN ', ' '));
}

describe('zoneRecords', () => {
  it('names the nameservers inside the zone and gives their addresses', () => {
    expect(lines(exampleModel()).slice(0, 7)).toEqual([
      '@ 3600 SOA dns1.devops.com. hostmaster.devops.com. 7 3600 600 1209600 60',
      '@ 3600 NS dns1.devops.com.',
      '@ 3600 NS dns2.devops.com.',
      'dns1 3600 A 192.168.10.21',
      'dns2 3600 A 192.168.10.22',
      'vip1 300 A 192.168.10.100',
      'vip2 300 A 192.168.10.200',
    ]);
  });

  it('answers every site name with the VIPs that are up, and with no other address', () => {
    const model = exampleModel();
    const health = lines(model).filter((line) => line.includes(' LUA '));
    expect(health.map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual(['@ 30 LUA A', 'www 30 LUA A']);
    for (const line of health) {
      expect(line.match(/\d+\.\d+\.\d+\.\d+/g)).toEqual(model.vips.map((vip) => vip.ipv4.text));
    }
    // Records of one content share one health check per VIP.
    expect(new Set(health.map((line) => line.slice(line.indexOf('"')))).size).toBe(1);
  });

  it('publishes IPv6 where the VIPs of a site have it, and no AAAA where they have none', () => {
    expect(lines(dualStackModel()).filter((line) => line.includes(' LUA AAAA ')).length).toBeGreaterThan(0);
    expect(lines(exampleModel()).filter((line) => line.includes('AAAA'))).toEqual([]);
  });

  it("prints a person's records as a zone file has them", () => {
    const records: Zone['records'] = [
      { name: '@', type: 'MX', value: '10 mail.example.net.' },
      { name: '@', type: 'CAA', value: '0 issue "letsencrypt.org; x=y"' },
      { name: 'docs', type: 'CNAME', value: 'pages', ttl: 60 },
      { name: '_sip._tcp', type: 'SRV', value: '10 5 5060 sip.example.net.' },
      { name: 'note', type: 'TXT', value: 'say "hi"; \\ done' },
      { name: 'long', type: 'TXT', value: 'x'.repeat(256) },
    ];
    expect(lines(exampleModel(), { records }).slice(-6)).toEqual([
      '@ 300 MX 10 mail.example.net.',
      '@ 300 CAA 0 issue "letsencrypt.org; x=y"',
      'docs 60 CNAME pages',
      '_sip._tcp 300 SRV 10 5 5060 sip.example.net.',
      'note 300 TXT "say \\"hi\\"; \\\\ done"',
      `long 300 TXT "${'x'.repeat(255)}" "x"`,
    ]);
  });

  it('writes a record once when a person writes down what is derived', () => {
    const records: Zone['records'] = [{ name: 'VIP1', type: 'A', value: '192.168.10.100', ttl: 60 }];
    expect(lines(exampleModel(), { records })).toEqual(lines(exampleModel()));
  });

  it('lets no value start another record', () => {
    const records: Zone['records'] = [{ name: 'a', type: 'TXT', value: 'x"\nevil 1 IN A 192.0.2.1\n' }];
    const text = lines(exampleModel(), { records }).join('\n');
    expect(readZone(text, 'devops.com').map((record) => record.name)).not.toContain('evil.devops.com.');
  });
});

describe('renderZone', () => {
  it('is the same on every nameserver and carries the serial', () => {
    const model = dualStackModel();
    const [zone] = model.zones;
    if (zone === undefined) throw new Error('no zone');
    const files = model.nameservers.map((nameserver) => renderZone(model, nameserver, { zone, serial: 2026112203 }));
    expect(new Set(files.map((file) => file.hash)).size).toBe(1);
    expect(files[0]).toMatchObject({ path: `/var/lib/evenkeel/zones/${zone.name}.zone`, activates: 'zone' });
    expect(readSoaSerial(new TextDecoder().decode(files[0]?.bytes))).toBe(2026112203);
  });
});
