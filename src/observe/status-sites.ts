import type { Address } from '../base/address.ts';
import { curlFailure, parseCurlReports } from '../facts/status-curl.ts';
import type { SiteAnswer } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import type { Model, Site } from '../model/model.ts';
import { concreteName, vipAddresses } from '../model/vip-addresses.ts';
import { joinTransfers } from './backend-checks.ts';
import { ask, askTimeoutMs } from './status-ask.ts';
import { curlArguments, urlHost } from './status-curl-command.ts';

interface Target {
  readonly site: Site;
  readonly target: string;
  readonly kind: SiteAnswer['kind'];
  readonly address: Address;
}

/** Asks for each of these sites through each of its VIPs, all at once, as a client would. */
export function askSitesThroughVips(
  sites: readonly Site[],
  model: Model,
  observer: Host,
): Promise<readonly SiteAnswer[]> {
  const targets = sites.flatMap((site) =>
    vipAddresses(model)
      .filter(({ vip }) => site.vips.includes(vip.name))
      .map(({ vip, address }) => ({ site, target: vip.name, kind: 'vip' as const, address })),
  );
  return askSites(observer, targets);
}

/** Asks a balancer for each of these sites on its loopback, so that what one serves that holds no VIP is seen too. */
export function askSitesOnBalancer(sites: readonly Site[], balancer: Host): Promise<readonly SiteAnswer[]> {
  const targets = sites.map((site) => ({
    site,
    target: balancer.name,
    kind: 'balancer' as const,
    address: { family: 4, text: '127.0.0.1' } as const,
  }));
  return askSites(balancer, targets);
}

function siteName(site: Site): string {
  return concreteName(site.names[0]);
}

/** The certificate is read, not trusted: `status` tells what is served, `trace` whether a client believes it. */
async function askSites(observer: Host, targets: readonly Target[]): Promise<readonly SiteAnswer[]> {
  if (targets.length === 0) return [];
  const transfers = targets.map((target, index) =>
    curlArguments({
      index,
      url: `https://${siteName(target.site)}/`,
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
      name: siteName(target.site),
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
