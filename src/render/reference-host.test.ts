import { describe, expect, it } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { renderInputOf } from '../../test/kit/render-input.ts';
import { fileAt, renderedHost, textAt } from '../../test/kit/rendered-host.ts';
import { failoverSettings } from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';
import { referenceModel } from '../model/reference-model.ts';
import { renderEdge } from './render-edge.ts';

const keepalivedPath = '/etc/keepalived/keepalived.conf';

/** keepalived.conf of one balancer. */
function keepalivedOf(model: Model, name: string): string {
  return textAt(renderedHost(model, 'debian13', name), keepalivedPath);
}

/** Every value of a keyword, in order. */
function values(text: string, keyword: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\\s*${keyword} (\\S+)`, 'gm'))].map((match) => match[1] ?? '');
}

describe('the reference profile', () => {
  it('says the settings that the proof computes with', () => {
    const model = referenceModel(exampleModel());
    const settings = failoverSettings(model);
    const [tracker] = settings.trackers;
    if (tracker?.detection.kind !== 'poll') throw new Error('a check that is made every so often');
    const { intervalMs, timeoutMs, fall, rise } = tracker.detection;
    const text = keepalivedOf(model, 'lb1');
    expect({
      version: values(text, 'vrrp_version'),
      adverts: values(text, 'advert_int'),
      interval: values(text, 'interval'),
      timeout: values(text, 'timeout'),
      fall: values(text, 'fall'),
      rise: values(text, 'rise'),
      weight: values(text, 'weight'),
    }).toEqual({
      version: [String(settings.vrrpVersion)],
      adverts: model.vips.map(() => String(settings.advertMs / 1000)),
      interval: [String(intervalMs / 1000)],
      timeout: [String(timeoutMs / 1000)],
      fall: [String(fall)],
      rise: [String(rise)],
      weight: [String(tracker.weight)],
    });
    expect(settings.adverts).toBe('multicast');
    expect(text).not.toMatch(/unicast|preempt|track_file|garp/);
  });

  it('is MASTER with 150 where a VIP is preferred, and BACKUP with 100 on the other', () => {
    const model = referenceModel(exampleModel());
    const of = (name: string): readonly unknown[] => {
      const text = keepalivedOf(model, name);
      return [values(text, 'state'), values(text, 'priority')];
    };
    expect(of('lb1')).toEqual([
      ['MASTER', 'BACKUP'],
      ['150', '100'],
    ]);
    expect(of('lb2')).toEqual([
      ['BACKUP', 'MASTER'],
      ['100', '150'],
    ]);
  });

  it("leaves the units of NGINX and keepalived as Debian's, and nothing that watches or tracks", () => {
    for (const model of [exampleModel(), dualStackModel()]) {
      const hosts = renderEdge(renderInputOf(referenceModel(model), 'debian13'));
      for (const balancer of model.balancers) {
        const host = hosts.find((one) => one.host === balancer.name);
        expect(host?.units).toEqual(['evenkeel-firewall.service', 'nginx.service', 'keepalived.service']);
        const paths = host?.files.map((file) => file.path) ?? [];
        expect(paths.filter((path) => /\.service\.d|tmpfiles|\/usr\/local|default\//.test(path))).toEqual([]);
        expect(paths).toEqual(paths.toSorted((a, b) => (a < b ? -1 : 1)));
      }
    }
  });

  it('hands out every VIP of a site, whoever is up', () => {
    const zone = textAt(
      renderedHost(referenceModel(dualStackModel()), 'debian13', 'ns1'),
      '/var/lib/evenkeel/zones/example.com.zone',
    );
    expect(zone).toMatch(/^@ +\d+ IN A /m);
    expect(zone).toMatch(/^@ +\d+ IN AAAA /m);
    expect(zone).not.toContain('LUA');
  });

  it('proxies plainly: no retries, timeouts, kept connections or identity of our own', () => {
    const model = referenceModel(dualStackModel());
    const host = renderedHost(model, 'debian13', 'lb1');
    const text = host.files
      .filter((file) => file.path.endsWith('.conf') && file.activates === 'nginx')
      .map((file) => textAt(host, file.path))
      .join('\n');
    for (const site of model.sites) expect(text).toContain(`proxy_pass http://${site.pool};`);
    expect(text).not.toMatch(/next_upstream|_timeout \d+s;\n.*proxy|max_fails|keepalive|add_header X-|evenkeel-health/);
    expect(text).not.toMatch(/proxy_(connect|read|send)_timeout/);
    expect(text).toContain('listen [::]:443 ssl');
  });

  it('has the web servers, certificates and ticket keys of evenkeel', () => {
    const ours = renderedHost(exampleModel(), 'debian13', 'lb1');
    const theirs = renderedHost(referenceModel(exampleModel()), 'debian13', 'lb1');
    for (const path of ours.files.map((file) => file.path).filter((one) => /\/(tls|tickets)\//.test(one))) {
      expect(fileAt(theirs, path)).toEqual(fileAt(ours, path));
    }
    expect(renderedHost(referenceModel(exampleModel()), 'debian13', 'web1')).toEqual(
      renderedHost(exampleModel(), 'debian13', 'web1'),
    );
  });
});
