import type { Address } from '../base/address.ts';
import { curlFailure, parseCurlReports } from '../facts/status-curl.ts';
import type { SiteAnswer } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import type { Model, Site } from '../model/model.ts';
import { concreteName, vipAddresses } from '../model/vip-addresses.ts';
import { joinTransfers } from './backend-checks.ts';
import { ask, askTimeoutMs } from './status-ask.ts';
import { curlArguments, urlHost } from './status-curl-command.ts';

/** Sites asked for in one status. More would load the edge; the rest share the same VIPs and balancers. */
export const siteLimit = 20;

interface Target {
  readonly site: Site;
  readonly name: string;
  readonly target: string;
  readonly kind: SiteAnswer['kind'];
  readonly address: Address;
}

/**
 * Asks for each site through each of its VIPs, and on each balancer's own address (so that the certificate of one
 * that holds nothing is seen too), all at once. The certificate is read, not trusted: `status` tells what is served.
 */
export async function askSites(model: Model, observer: Host): Promise<readonly SiteAnswer[]> {
  const targets = siteTargets(model);
  if (targets.length === 0) return [];
  const transfers = targets.map((target, index) =>
    curlArguments({
      index,
      url: `https://${target.name}/`,
      timeoutMs: askTimeoutMs,
      extra: ['--head', '--insecure', '--connect-to', `::${urlHost(target.address)}:443`],
    }),
  );
  const asked = await ask(observer, {
    argv: ['curl', '--disable', '--parallel', '--parallel-immediate', ...joinTransfers(transfers)],
    timeoutMs: askTimeoutMs * 2,
  });
  const reports = parseCurlReports(asked.kind === 'answered' ? asked.outcome.stdout : '');
  return targets.map((target, index) => {
    const report = reports.get(index);
    const silent = asked.kind === 'silent' ? asked.reason : 'curl said nothing';
    return {
      site: target.site.name,
      name: target.name,
      target: target.target,
      kind: target.kind,
      address: target.address.text,
      askedFrom: observer.name,
      status: report?.status ?? 0,
      reason: report === undefined ? `could not be asked from ${observer.name}: ${silent}` : curlFailure(report),
      ms: report?.times.total ?? 0,
      certificate: report?.certificate,
    };
  });
}

function siteTargets(model: Model): readonly Target[] {
  return model.sites.slice(0, siteLimit).flatMap((site) => {
    const name = concreteName(site.names[0]);
    const vips = vipAddresses(model).filter(({ vip }) => site.vips.includes(vip.name));
    return [
      ...vips.map(({ vip, address }) => ({ site, name, target: vip.name, kind: 'vip' as const, address })),
      ...model.balancers.map((balancer) => ({
        site,
        name,
        target: balancer.name,
        kind: 'balancer' as const,
        address: balancer.addresses[0],
      })),
    ];
  });
}
