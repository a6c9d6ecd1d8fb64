import { counted } from '../base/counted.ts';
import { coversName, daysLeft } from '../facts/status-certificate.ts';
import type { TraceFacts } from '../facts/trace-facts.ts';
import { findSite } from '../model/find-site.ts';
import type { Model } from '../model/model.ts';
import { showMs } from './text-table.ts';
import type { StepStory } from './trace-document.ts';

/** Step 3: the balancer that answered, and how the connection to it is secured. */
export function explainTls(model: Model, facts: TraceFacts): StepStory {
  const { exchange, target } = facts;
  const balancer = answeringBalancer(facts);
  const details = certificateLines(facts);
  const site = findSite(model, target.host);
  if (exchange.failed?.at === 'tls') {
    const unknown = site === undefined ? `no site is called ${target.host}` : undefined;
    return {
      state: 'broken',
      summary: `${balancer} answers, but there is no TLS with it: ${unknown === undefined ? exchange.failed.reason : `${unknown} (${exchange.failed.reason})`}`,
      details,
      next: tlsNext(model, facts),
    };
  }
  if (exchange.failed?.at === 'response' && site === undefined) {
    return {
      state: 'broken',
      summary: `${balancer} closed the connection: no site is called ${target.host}`,
      details,
      next: `sites are ${model.sites
        .flatMap((entry) => entry.names)
        .slice(0, 5)
        .join(', ')}`,
    };
  }
  if (target.scheme === 'http') {
    return { state: 'not-used', summary: `${balancer} answers on port ${target.port}, without TLS`, details };
  }
  const ms = exchange.times.tls - exchange.times.connect;
  const tls = exchange.tls === undefined ? 'TLS' : `${exchange.tls.version}, ${exchange.tls.cipher}`;
  const version = exchange.httpVersion === '' ? '' : `, HTTP/${exchange.httpVersion}`;
  return {
    state: 'done',
    summary: `${balancer} ends TLS: ${tls}${version}`,
    details: [
      `TCP stood after ${showMs(exchange.times.connect - exchange.times.lookup)}, TLS ${showMs(ms)} later; SNI ${target.host}`,
      ...details,
    ],
    ms: Math.round(ms * 1000) / 1000,
  };
}

/** The balancer that answered, as far as anybody knows. */
export function answeringBalancer(facts: TraceFacts): string {
  if (facts.told !== undefined) return facts.told.balancer;
  const byMac = facts.balancers.find((entry) => facts.mac !== undefined && entry.macs.includes(facts.mac));
  const byAddress = facts.balancers.find((entry) => entry.addresses.includes(facts.exchange.address));
  return (byMac ?? byAddress)?.host ?? 'the balancer';
}

function certificateLines(facts: TraceFacts): readonly string[] {
  const { certificate } = facts.exchange;
  if (certificate === undefined) return [];
  const days = daysLeft(certificate, new Date(facts.at));
  const until = certificate.notAfter.slice(0, 10);
  return [
    `certificate of ${certificate.subject}, issued by ${certificate.issuer}, for ${certificate.names.join(', ')}`,
    days < 0 ? `it ended on ${until}` : `it is good until ${until}, ${counted(days, 'day')} left`,
  ];
}

function tlsNext(model: Model, facts: TraceFacts): string {
  const { certificate } = facts.exchange;
  const { host } = facts.target;
  if (certificate === undefined) {
    const names = model.sites.flatMap((site) => site.names);
    return findSite(model, host) === undefined ? `sites are ${names.slice(0, 5).join(', ')}` : 'run evenkeel status';
  }
  if (daysLeft(certificate, new Date(facts.at)) < 0) return 'run evenkeel apply; it renews certificates';
  if (!coversName(certificate, host)) return `the certificate does not name ${host}; see the site's tls`;
  return 'the sender does not trust its issuer; install the CA certificate there';
}
