import { describe, expect, it } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { renderInputOf } from '../../test/kit/render-input.ts';
import { agentConfigPath } from '../model/agent-config.ts';
import { agentCommand, agentUnit } from '../model/agent-paths.ts';
import { failoverSettings } from '../model/failover-settings.ts';
import { modelHosts } from '../model/model.ts';
import { agentPrograms, renderAgent } from './agent-unit.ts';

const model = exampleModel();
const input = renderInputOf(model, 'debian13');

function textOf(host: string, path: string): string {
  const machine = modelHosts(model).find((one) => one.name === host);
  if (machine === undefined) throw new Error(`no ${host}`);
  const found = renderAgent(input, machine).find((file) => file.path === path);
  return found === undefined ? '' : new TextDecoder().decode(found.bytes);
}

describe("the agent's unit", () => {
  const unit = textOf('lb1', `/etc/systemd/system/${agentUnit}`);

  it('never takes NGINX or keepalived with it, and comes back for as long as it takes', () => {
    expect(unit).toMatch(/^After=nginx\.service$/m);
    expect(unit).not.toMatch(/^(Requires|BindsTo|PartOf|Wants|ExecStop|OnFailure)=/m);
    // What it said of the network ends with it, and nothing else.
    expect(unit).toMatch(/^ExecStopPost=-\+\/usr\/local\/lib\/evenkeel\/agent-gone$/m);
    expect(unit).toMatch(/^Restart=always$/m);
    expect(unit).toMatch(/^StartLimitIntervalSec=0$/m);
  });

  it('may write two folders, and speak to the network below IP on a balancer alone', () => {
    expect(unit).toMatch(/^CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW$/m);
    expect(textOf('dns1', `/etc/systemd/system/${agentUnit}`)).toMatch(/^CapabilityBoundingSet=$/m);
    expect(unit).toMatch(/^ProtectSystem=strict$/m);
    expect(unit).toMatch(/^ReadWritePaths=\/run\/evenkeel \/var\/lib\/evenkeel$/m);
    expect(unit).toMatch(/^MemoryDenyWriteExecute=yes$/m);
  });

  it('has no compiler, because it may not write code', () => {
    expect(textOf('lb1', agentCommand)).toContain(' --jitless ');
  });
});

describe('what the agent is told', () => {
  it('is to ask NGINX as often, to wait as long and to count as far as the proof does', () => {
    const detection = failoverSettings(model).trackers.find((tracker) => tracker.name === 'answers')?.detection;
    const { readiness } = JSON.parse(textOf('lb1', agentConfigPath));
    if (detection?.kind !== 'poll') throw new Error('a poll');
    const { intervalMs, timeoutMs, fall, rise } = detection;
    expect(readiness).toEqual({ name: 'devops.com', host: 'up.evenkeel', intervalMs, timeoutMs, fall, rise });
  });
});

describe('hosts without an agent', () => {
  it('are web servers, and all of them when there is none to bring', () => {
    for (const machine of modelHosts(model)) {
      const has = machine.kind === 'web' ? 0 : 1;
      expect(agentPrograms(input, machine)).toHaveLength(has);
      expect(renderAgent(input, machine)).toHaveLength(4 * has);
      expect(renderAgent({ ...input, agent: undefined }, machine)).toEqual([]);
    }
  });
});
