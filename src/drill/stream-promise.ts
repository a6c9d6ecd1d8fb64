import type { Model } from '../model/model.ts';
import { noOutage, oneAfterOther } from '../proof/outage.ts';
import type { FaultOutcome, Outage, Term } from '../proof/promise.ts';
import { siteByName } from '../proof/prove.ts';
import { askedName, type LoadStream } from './load-stream.ts';

/** What a fault was expected to cost, before it was measured. */
export type DrillPromise =
  | { readonly kind: 'proof'; readonly outcome: FaultOutcome }
  /** The same for every stream: the person said so. */
  | { readonly kind: 'given'; readonly outage: Outage };

/** The longest time without a success that a fault may cost one stream of load. */
export function streamPromise(model: Model, promise: DrillPromise, stream: LoadStream): Outage {
  if (promise.kind === 'given') return promise.outage;
  const { outcome } = promise;
  const site = model.sites.find((candidate) => askedName(candidate) === stream.name);
  // Resolvers, address, balancer and backend together: the proof adds them up.
  if (stream.target.kind === 'by-name') {
    return site === undefined ? outcome.byName : siteByName(model, site, outcome.faults);
  }
  const { address } = stream.target;
  const vip = model.vips.find(({ ipv4, ipv6 }) => ipv4.text === address || ipv6?.text === address);
  const ofVip = outcome.vips.find((one) => one.vip === vip?.name);
  // A request waits for its VIP first, and then for a backend.
  return oneAfterOther([
    ...(ofVip === undefined ? [] : [ofVip.outage]),
    ...outcome.pools.filter((one) => one.pool === site?.pool).map((one) => one.outage),
    ...(ofVip?.connections === 'broken' ? [askingAgain(stream)] : []),
  ]);
}

/** Whether a VIP that the stream may meet is held by several balancers at once; `one` where only a person says what to expect. */
export function holdersOf(model: Model, promise: DrillPromise, { target, name }: LoadStream): 'one' | 'several' {
  if (promise.kind === 'given') return 'one';
  const met = model.vips.filter(({ name: vip, ipv4, ipv6 }) =>
    target.kind === 'address'
      ? ipv4.text === target.address || ipv6?.text === target.address
      : model.sites.some((site) => askedName(site) === name && site.vips.includes(vip)),
  );
  const split = promise.outcome.vips.filter(({ working }) => working.length > 1);
  return split.some(({ vip }) => met.some((one) => one.name === vip)) ? 'several' : 'one';
}

/** A kept connection that broke is noticed by the request that fails on it; its client's next one is due later. */
function askingAgain(stream: LoadStream): Outage {
  if (stream.kind !== 'keep-alive') return noOutage;
  const term: Term = { what: 'a client whose connection broke asks again', ms: stream.everyMs };
  return { kind: 'bounded', ms: term.ms, terms: [term] };
}

/** The whole fault's promise. */
export function wholePromise(promise: DrillPromise): Outage {
  return promise.kind === 'given' ? promise.outage : promise.outcome.outage;
}
