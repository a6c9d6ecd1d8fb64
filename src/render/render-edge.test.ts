import { describe, expect, it } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { releases } from '../base/release.ts';
import { renderInputOf } from '../../test/kit/render-input.ts';
import { renderEdge } from './render-edge.ts';

describe('renderEdge', () => {
  it('renders every host that is ours, and no other', () => {
    const hosts = renderEdge(renderInputOf(dualStackModel(), 'debian13'));
    expect(hosts.map((host) => host.host)).toEqual(['lb1', 'lb2', 'lb3', 'ns1', 'ns2', 'web1', 'web2', 'web3']);
    for (const host of hosts) expect(new Set(host.files.map((file) => file.host))).toEqual(new Set([host.host]));
  });

  it.each(releases)('gives the same bytes for the same input on %s, sorted by path', (release) => {
    const once = renderEdge(renderInputOf(exampleModel(), release));
    expect(renderEdge(renderInputOf(exampleModel(), release))).toEqual(once);
    for (const host of once) {
      const paths = host.files.map((file) => file.path);
      expect(paths).toEqual(paths.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(new Set(paths).size).toBe(paths.length);
    }
  });

  it('shows no key to others: secrets are secrets, and only for root', () => {
    const files = renderEdge(renderInputOf(exampleModel(), 'debian13')).flatMap((host) => host.files);
    const secrets = files.filter((file) => /\.key$|key\.pem$/.test(file.path));
    expect(secrets.length).toBeGreaterThan(0);
    for (const file of secrets) expect(file).toMatchObject({ visibility: 'secret', mode: 0o600, owner: 'root:root' });
  });

  it('starts keepalived last, so that NGINX answers when a VIP comes', () => {
    const [balancer] = renderEdge(renderInputOf(exampleModel(), 'debian13'));
    expect(balancer?.units).toEqual([
      'evenkeel-firewall.service',
      'evenkeel-handover.service',
      'nginx.service',
      'evenkeel-agent.service',
      'keepalived.service',
    ]);
  });

  it('sets no key outside the network without saying that it may be missing, and none that makes a host panic', () => {
    for (const host of renderEdge(renderInputOf(exampleModel(), 'debian13'))) {
      const file = host.files.find((candidate) => candidate.activates === 'sysctl');
      const keys = [...new TextDecoder().decode(file?.bytes).matchAll(/^(-?[a-z]\S+) = /gm)].map(
        (match) => match[1] ?? '',
      );
      expect(keys.length).toBeGreaterThan(0);
      expect(keys.filter((key) => !/^-|^net\./.test(key))).toEqual([]);
      expect(keys.filter((key) => key.includes('panic'))).toEqual([]);
    }
  });

  it('calls an input without a host or a zone a bug', () => {
    const input = renderInputOf(exampleModel(), 'debian13');
    expect(() => renderEdge({ ...input, platforms: new Map() })).toThrow(/no platform for lb1/);
    expect(() => renderEdge({ ...input, zoneSerials: new Map() })).toThrow(/no serial for the zone devops.com/);
  });
});
