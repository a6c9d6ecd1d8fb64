import { describe, expect, it } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { claimedPriority, settlingWeight } from '../model/state-files.ts';
import { renderInputOf } from '../../test/kit/render-input.ts';
import type { Balancer, Model } from '../model/model.ts';
import { renderKeepalived } from './keepalived.ts';
import { releasePlatforms } from './platform.ts';

function textOf(model: Model, name: string, release: 'debian12' | 'debian13' = 'debian13'): string {
  const [file] = renderKeepalived(renderInputOf(model, release), balancerOf(model, name), releasePlatforms[release]);
  return new TextDecoder().decode(file?.bytes);
}

function balancerOf(model: Model, name: string): Balancer {
  const balancer = model.balancers.find((candidate) => candidate.name === name);
  if (balancer === undefined) throw new Error(name);
  return balancer;
}

/** The text between the braces of `vrrp_instance NAME`. */
function instance(text: string, name: string): string {
  return new RegExp(`vrrp_instance ${name} \\{\n(.*?)\n\\}`, 's').exec(text)?.[1] ?? '';
}

/** Every value of a keyword in a text, in order. */
function values(text: string, keyword: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\\s*${keyword} (\\S+)`, 'gm'))].map((match) => match[1] ?? '');
}

describe('renderKeepalived', () => {
  it('gives each VIP the priorities of its claims, crossed over the balancers', () => {
    const model = exampleModel();
    for (const vip of model.vips) {
      for (const { balancer, priority } of vip.claims) {
        expect(values(instance(textOf(model, balancer), vip.name), 'priority')).toEqual([String(priority)]);
      }
    }
    const [first, second] = ['lb1', 'lb2'].map((name) => values(textOf(model, name), 'priority').map(Number));
    expect(first?.[0]).toBeGreaterThan(second?.[0] ?? 255);
    expect(first?.[1]).toBeLessThan(second?.[1] ?? 0);
  });

  it('agrees on VRID, interval and first address on all balancers, which is what VRRP compares', () => {
    const model = dualStackModel();
    for (const vip of model.vips) {
      const seen = new Set(
        model.balancers.map(({ name }) => {
          const text = instance(textOf(model, name), vip.name);
          return JSON.stringify([
            values(text, 'virtual_router_id'),
            values(text, 'advert_int'),
            /virtual_ipaddress \{\s*(\S+)/.exec(text)?.[1],
          ]);
        }),
      );
      expect([...seen]).toEqual([
        JSON.stringify([[String(vip.vrid)], [String(model.advertMs / 1000)], `${vip.ipv4.text}/32`]),
      ]);
    }
  });

  it('names every other balancer as a peer, and only with a TTL that no router has touched', () => {
    const text = instance(textOf(dualStackModel(), 'lb2'), 'vip1');
    expect(text).toContain(
      'unicast_peer {\n        10.20.0.11 min_ttl 255 max_ttl 255\n        10.20.0.13 min_ttl 255 max_ttl 255\n    }',
    );
    expect(values(text, 'unicast_src_ip')).toEqual(['10.20.0.12']);
  });

  it('moves the IPv6 address with its VIP, outside of the adverts', () => {
    expect(instance(textOf(dualStackModel(), 'lb1'), 'vip1')).toMatch(
      /virtual_ipaddress_excluded \{\n\s+fd00:20::101\/128 dev eth0\n/,
    );
    expect(textOf(exampleModel(), 'lb1')).not.toContain('excluded');
  });

  it('has nothing to do with balancers and VIPs of another network', () => {
    const model = exampleModel();
    const [lan] = model.networks;
    if (lan === undefined) throw new Error('a network');
    const elsewhere: Model = {
      ...model,
      networks: [lan, { ...lan, name: 'other' }],
      balancers: [...model.balancers, { ...balancerOf(model, 'lb1'), name: 'far', network: 'other' }],
    };
    expect(values(textOf(elsewhere, 'far'), 'vrrp_instance')).toEqual([]);
    expect(textOf(elsewhere, 'lb1')).toBe(textOf(model, 'lb1'));
  });

  it('tracks NGINX, its answers, the drain and witnesses with weight 0, and knows no script, no weight of a failure, no strictness', () => {
    const text = textOf(exampleModel(), 'lb1');
    const files = values(text, 'file').map((file, index) => [file, values(text, 'weight')[index]]);
    expect(files).toEqual([
      ['/run/evenkeel/nginx', '0'],
      ['/run/evenkeel/answers', '0'],
      ['/var/lib/evenkeel/drain', '0'],
      ['/run/evenkeel/isolate', '0'],
      ['/run/evenkeel/yield-vip1', '0'],
      ['/run/evenkeel/yield-vip2', '0'],
      // Who has just returned is lowered below all others, by the weights in the instances.
      ['/run/evenkeel/settling', '0'],
      // The one thing that is added to a priority: a person's planned move, never a failure.
      ['/var/lib/evenkeel/claim-vip1', '4'],
      ['/var/lib/evenkeel/claim-vip2', '14'],
    ]);
    for (const vip of ['vip1', 'vip2']) {
      const tracked = [
        'nginx',
        'answers',
        'drain',
        'isolate',
        `yield-${vip}`,
        'settling weight -15',
        `claim-${vip} weight ${vip === 'vip1' ? 4 : 14}`,
      ].map((line) => `        ${line}\n`);
      expect(instance(text, vip)).toContain(`track_file {\n${tracked.join('')}    }`);
      expect(values(instance(text, vip), 'state')).toEqual(['BACKUP']);
    }
    // Each of these has cost somebody a failover: docs/adr/0003-vrrp.md.
    expect(text).not.toMatch(
      /script|notify|strict|nopreempt|auth|vmac|init_file|startup_delay|track_process|multicast/,
    );
  });

  it('lets who has just returned take a VIP only when nobody else can, also one that was moved to it', () => {
    for (const { claims } of [...exampleModel().vips, ...dualStackModel().vips]) {
      const weight = settlingWeight(claims);
      const lowest = Math.min(...claims.map(({ priority }) => priority));
      expect(claimedPriority - weight).toBeLessThan(lowest);
      expect(lowest - weight).toBeGreaterThan(0);
    }
    expect(textOf(exampleModel(), 'lb1')).not.toContain('preempt');
    // Nobody ends it where there is no agent: keepalived waits by itself.
    const input = { ...renderInputOf(exampleModel(), 'debian13'), agent: undefined };
    const [file] = renderKeepalived(input, balancerOf(exampleModel(), 'lb1'), releasePlatforms.debian13);
    expect(values(new TextDecoder().decode(file?.bytes), 'preempt_delay')).toEqual(['3', '3']);
  });

  it('writes what the installed version reads', () => {
    expect(textOf(exampleModel(), 'lb1', 'debian13')).toContain('json_version 2');
    expect(textOf(exampleModel(), 'lb1', 'debian12')).not.toContain('json_version');
  });

  it('prints adverts of 50 ms as seconds', () => {
    expect(values(textOf({ ...exampleModel(), advertMs: 50 }, 'lb1'), 'advert_int')).toEqual(['0.05', '0.05']);
  });
});
