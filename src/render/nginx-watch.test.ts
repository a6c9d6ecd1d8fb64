import { describe, expect, it } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { failoverSettings } from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';
import { renderNginxWatch } from './nginx-watch.ts';

function filesOf(model: Model): readonly [script: string, unit: string] {
  const [balancer] = model.balancers;
  if (balancer === undefined) throw new Error('no balancer');
  const [script = '', unit = ''] = renderNginxWatch(model, balancer).map((file) =>
    new TextDecoder().decode(file.bytes),
  );
  return [script, unit];
}

const model = exampleModel();
const [script, unit] = filesOf(model);

describe("the watch's script", () => {
  it('asks as often, waits as long and counts as far as the proof does', () => {
    const detection = failoverSettings(model).trackers.find((tracker) => tracker.name === 'answers')?.detection;
    if (detection?.kind !== 'poll') throw new Error('a poll');
    expect(script).toContain(`sleep ${detection.intervalMs / 1000} &`);
    expect(script).toContain(`--max-time ${detection.timeoutMs / 1000} `);
    expect(script).toContain(`"$missed" -ge ${detection.fall} ]`);
    expect(script).toContain(`"$well" -ge ${detection.rise} ]`);
  });

  it('asks by a name NGINX has a certificate for, whatever the first site is called', () => {
    expect(script).toContain('--resolve devops.com:443:127.0.0.1 ');
    const [site] = model.sites;
    if (site === undefined) throw new Error('a site');
    const [wild] = filesOf({ ...model, sites: [{ ...site, names: ['*.devops.com'] }, site] });
    expect(wild).toBe(script);
    const [none] = filesOf({ ...model, sites: [] });
    expect(none).toContain(' https://up.evenkeel/');
  });
});

describe("the watch's unit", () => {
  it('never takes NGINX or keepalived with it, and comes back for as long as it takes', () => {
    expect(unit).toMatch(/^After=nginx\.service$/m);
    expect(unit).not.toMatch(/^(Requires|BindsTo|PartOf|Wants|ExecStop|ExecStopPost|OnFailure)=/m);
    expect(unit).toMatch(/^Restart=always$/m);
    expect(unit).toMatch(/^StartLimitIntervalSec=0$/m);
  });

  it('may write one folder and has no capability', () => {
    expect(unit).toMatch(/^CapabilityBoundingSet=$/m);
    expect(unit).toMatch(/^ProtectSystem=strict$/m);
    expect(unit).toMatch(/^ReadWritePaths=\/run\/evenkeel$/m);
  });
});
