import type { Model, Site } from './model.ts';
import { type DnsQuestion, dnsQuestions } from './vip-addresses.ts';

/** What one look asks for by name: everybody who asks in it asks for these. In the order of the file. */
export interface AskedWindow {
  readonly sites: readonly Site[];
  /** To each nameserver. */
  readonly questions: readonly DnsQuestion[];
}

/** Sites asked for in one look: each through all its VIPs and on each balancer, so more would load the edge. */
export const siteLimit = 20;

/** Questions to each nameserver in one look. */
export const questionLimit = 60;

/** The first ones of the file: all that a single look can ask. */
export function firstWindow(model: Model): AskedWindow {
  return { sites: model.sites.slice(0, siteLimit), questions: dnsQuestions(model).slice(0, questionLimit) };
}
