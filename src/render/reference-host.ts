import type { Balancer, ModelHost } from '../model/model.ts';
import { firewallUnit } from '../model/own-tables.ts';
import type { DesiredHost } from './desired-file.ts';
import { renderFirewall } from './firewall.ts';
import { renderKernel } from './kernel.ts';
import { renderReferenceKeepalived } from './reference-keepalived.ts';
import { renderReferenceNginx } from './reference-nginx.ts';
import { renderHost } from './render-host.ts';
import type { RenderInput } from './render-input.ts';

/**
 * One host of the tutorial's pair (`--profile reference`), for drills and benchmarks. Nameservers and web servers are
 * those of `evenkeel`, but for the zones, which hold plain records. Throws what `renderHost` throws.
 */
export function renderReferenceHost(input: RenderInput, host: ModelHost): DesiredHost {
  return host.kind === 'balancer' ? referenceBalancer(input, host) : renderHost({ ...input, agent: undefined }, host);
}

/** Kernel and firewall do not belong to failover and stay; the units of NGINX and keepalived are Debian's own. */
function referenceBalancer(input: RenderInput, host: Balancer): DesiredHost {
  const { model } = input;
  const platform = input.platforms.get(host.name);
  if (platform === undefined) throw new Error(`no platform for ${host.name}`);
  const files = [
    renderKernel(host),
    ...renderFirewall(model, host),
    ...renderReferenceKeepalived(model, host),
    ...renderReferenceNginx(input, host),
  ];
  return {
    host: host.name,
    release: platform.release,
    // The check script needs pgrep.
    packages: ['curl', 'iproute2', 'keepalived', 'nftables', 'nginx', 'procps'],
    units: [firewallUnit, 'nginx.service', 'keepalived.service'],
    programs: [],
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}
