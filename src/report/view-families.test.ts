import { describe, expect, test } from 'vitest';
import { exampleTopology as topology, viewWith } from '../../test/kit/alert-view.ts';
import type { WorldFaults } from '../../test/kit/status-world.ts';
import type { EdgeView } from './edge-view.ts';
import { viewFamilies } from './view-families.ts';

/** `name label label` -> value. */
function read(view: EdgeView): Readonly<Record<string, number>> {
  return Object.fromEntries(
    viewFamilies(view, topology).flatMap(({ metric, samples }) =>
      samples.flatMap((sample) =>
        'value' in sample ? [[[metric.name, ...Object.values(sample.labels)].join(' '), sample.value]] : [],
      ),
    ),
  );
}

async function seen(faults: WorldFaults): Promise<Readonly<Record<string, number>>> {
  return read(await viewWith(faults));
}

describe('what a look saw, as metrics', () => {
  test('of an edge that is well', async () => {
    expect(await seen({})).toMatchObject({
      'evenkeel_host_up lb1': 1,
      'evenkeel_host_up dns2': 1,
      'evenkeel_host_up web1': 1,
      'evenkeel_unit_active lb1 nginx': 1,
      'evenkeel_unit_active lb1 keepalived': 1,
      'evenkeel_unit_active lb1 agent': 1,
      'evenkeel_unit_active dns1 powerdns': 1,
      'evenkeel_unit_active dns1 agent': 1,
      'evenkeel_unit_active web1 nginx': 1,
      'evenkeel_balancer_drained lb1': 0,
      'evenkeel_site_up devops.com vip1 192.168.10.100': 1,
      'evenkeel_nameserver_up dns1': 1,
      'evenkeel_dns_name_addresses dns1 devops.com A': 2,
      'evenkeel_dns_zone_serial dns1 devops.com': 2026112201,
    });
  });

  test('hosts and units: a silent host is 0, and of its units nothing is known', async () => {
    const found = await seen({
      silent: ['lb2', 'dns2', 'web2'],
      stopped: ['lb1 keepalived.service', 'dns1 pdns.service', 'web1 nginx.service'],
      mute: ['lb1'],
    });
    expect(found).toMatchObject({
      'evenkeel_host_up lb1': 1,
      'evenkeel_host_up lb2': 0,
      'evenkeel_host_up dns1': 1,
      'evenkeel_host_up dns2': 0,
      'evenkeel_host_up web1': 1,
      'evenkeel_host_up web2': 0,
      'evenkeel_unit_active lb1 nginx': 1,
      'evenkeel_unit_active lb1 keepalived': 0,
      'evenkeel_unit_active lb1 agent': 0,
      'evenkeel_unit_active dns1 powerdns': 0,
      'evenkeel_unit_active dns1 agent': 1,
      'evenkeel_unit_active web1 nginx': 0,
    });
    const silent = Object.keys(found).filter((key) => /^evenkeel_unit_active (lb2|dns2|web2)/.test(key));
    expect(silent).toEqual([]);
  });

  test('a web server that is not managed is not asked, and has no value', async () => {
    const view = await viewWith({});
    const webServers = view.webServers.map((row) => ({
      key: row.key,
      host: row.host,
      managed: false,
      reachable: false,
    }));
    const about = Object.keys(read({ ...view, webServers })).filter((key) => / web[12]\b/.test(key));
    expect(about.filter((key) => /^evenkeel_(host_up|unit_active)/.test(key))).toEqual([]);
  });

  test('a balancer that a person drained', async () => {
    expect(await seen({ drained: ['lb2'] })).toMatchObject({
      'evenkeel_balancer_drained lb1': 0,
      'evenkeel_balancer_drained lb2': 1,
    });
  });

  test('nameservers: who answers, with which serial, and how many addresses', async () => {
    const found = await seen({
      stopped: ['dns2 pdns.service'],
      serials: { dns1: 2026112299 },
      answers: { 'dns1 A': [] },
    });
    expect(found).toMatchObject({
      'evenkeel_nameserver_up dns1': 1,
      'evenkeel_nameserver_up dns2': 0,
      'evenkeel_dns_zone_serial dns1 devops.com': 2026112299,
      'evenkeel_dns_name_addresses dns1 devops.com A': 0,
    });
    expect(Object.keys(found).filter((key) => /^evenkeel_dns_\w+ dns2/.test(key))).toEqual([]);
  });

  test('how long a site took, in seconds, and nothing of one that did not answer', async () => {
    const view = await viewWith({});
    const sites = view.sites.map((row) => ({ ...row, up: row.vip === 'vip1', ms: 250 }));
    const found = read({ ...view, sites });
    expect(found).toMatchObject({
      'evenkeel_site_up devops.com vip1 192.168.10.100': 1,
      'evenkeel_site_up devops.com vip2 192.168.10.200': 0,
      'evenkeel_site_probe_duration_seconds devops.com vip1 192.168.10.100': 0.25,
    });
    expect(found).not.toHaveProperty(['evenkeel_site_probe_duration_seconds devops.com vip2 192.168.10.200']);
  });
});
