import { agentUnit } from '../model/agent-paths.ts';
import type { ModelHost } from '../model/model.ts';
import { firewallUnit, handoverUnit } from '../model/own-tables.ts';
import { agentPrograms, renderAgent } from './agent-unit.ts';
import { renderBalancerUnits } from './balancer-units.ts';
import { peersOf } from '../model/balancer-peers.ts';
import type { DesiredFile, DesiredHost } from './desired-file.ts';
import { renderFirewall } from './firewall.ts';
import { renderHandover } from './handover.ts';
import { renderKeepalived } from './keepalived.ts';
import { renderKernel } from './kernel.ts';
import { renderNginxBalancer } from './nginx-balancer.ts';
import { renderNginxWeb } from './nginx-web.ts';
import type { Platform } from './platform.ts';
import { renderPowerdns } from './powerdns.ts';
import type { RenderInput } from './render-input.ts';
import { renderStateFiles } from './state-files.ts';
import { renderVerdictScript } from './verdict-script.ts';
import { renderWebUnit } from './web-unit.ts';
import { renderWitness } from './witness.ts';
import { renderZoneScripts } from './zone-scripts.ts';
import { renderZone } from './zone.ts';

/** Everything one host must have: packages, units, files. Throws a plain Error when the input lacks a host or a zone. */
export function renderHost(input: RenderInput, host: ModelHost): DesiredHost {
  const platform = input.platforms.get(host.name);
  if (platform === undefined) throw new Error(`no platform for ${host.name}`);
  return {
    host: host.name,
    release: platform.release,
    packages: [...packages[host.kind]].toSorted(),
    units: unitsOf(input, host),
    programs: agentPrograms(input, host),
    files: sortedFiles([
      renderKernel(host),
      ...renderStateFiles(input, host),
      ...renderAgent(input, host),
      ...filesOf(input, host, platform),
    ]),
  };
}

/** Debian packages of each role; the names are the same in Debian 12 and 13. */
const packages: Readonly<Record<ModelHost['kind'], readonly string[]>> = {
  // With curl each balancer checks the backends for status and trace; with arping it tells neighbours which of two holders stays.
  // With Lua NGINX is told without a reload which backends are well (docs/adr/0011-pools-without-reload.md).
  balancer: [
    'curl',
    'iproute2',
    'iputils-arping',
    'keepalived',
    'libnginx-mod-http-lua',
    'lua-cjson',
    'lua-resty-core',
    'nftables',
    'nginx',
  ],
  // sqlite3 makes the database, dig asks the answer; without pdns-backend-bind there is no /etc/powerdns/pdns.d/bind.conf.
  // curl and arping: without a client at hand, a nameserver looks at the VIPs as one would.
  nameserver: [
    'bind9-dnsutils',
    'curl',
    'iproute2',
    'iputils-arping',
    'pdns-backend-sqlite3',
    'pdns-server',
    'sqlite3',
  ],
  // iproute2: apply sees with ss who listens.
  web: ['iproute2', 'nginx'],
};

/** In the order they start: keepalived last, so that NGINX answers when a VIP comes. */
const units: Readonly<Record<ModelHost['kind'], readonly string[]>> = {
  balancer: [firewallUnit, handoverUnit, 'nginx.service', agentUnit, 'keepalived.service'],
  nameserver: ['pdns.service', agentUnit],
  web: ['nginx.service'],
};

function unitsOf({ model, agent }: RenderInput, host: ModelHost): readonly string[] {
  // A balancer without another one hands nothing over.
  const alone = host.kind === 'balancer' && peersOf(model, host).length === 0;
  return units[host.kind].filter(
    (unit) => (unit !== handoverUnit || !alone) && (unit !== agentUnit || agent !== undefined),
  );
}

function filesOf(input: RenderInput, host: ModelHost, platform: Platform): readonly DesiredFile[] {
  switch (host.kind) {
    case 'balancer':
      return [
        ...renderKeepalived(input, host, platform),
        renderVerdictScript(host.name),
        ...renderBalancerUnits(input.model, host),
        ...renderFirewall(input.model, host),
        ...renderHandover(input.model, host),
        ...renderNginxBalancer(input, host),
        ...renderWitness(input, host),
      ];
    case 'nameserver':
      return [
        ...renderPowerdns(host),
        ...renderZoneScripts(host.name),
        ...renderWitness(input, host),
        ...input.model.zones.map((zone) => {
          const serial = input.zoneSerials.get(zone.name);
          if (serial === undefined) throw new Error(`no serial for the zone ${zone.name}`);
          return renderZone(input.model, host, { zone, serial });
        }),
      ];
    case 'web':
      return [renderWebUnit(host), ...renderNginxWeb(input, host)];
  }
}

function sortedFiles(files: readonly DesiredFile[]): readonly DesiredFile[] {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const twice = sorted.find((file, index) => file.path === sorted[index + 1]?.path);
  if (twice !== undefined) throw new Error(`two files for ${twice.host}:${twice.path}`);
  return sorted;
}
