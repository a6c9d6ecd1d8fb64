import { digFailure, parseDig } from '../facts/dns-dig.ts';
import type { DigReply } from '../facts/dns-dig.ts';
import type { NameAnswer, NameserverAnswer } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import type { Model, Nameserver } from '../model/model.ts';
import { dnsQuestions } from '../model/vip-addresses.ts';
import type { DnsQuestion } from '../model/vip-addresses.ts';
import { ask, askTimeoutMs } from './status-ask.ts';

/**
 * Asks one nameserver for the serial of every zone and these questions, from another host. A first
 * question finds out whether it answers at all, so that a dead one costs two seconds and not two per name.
 */
export async function askNameserver(options: {
  readonly model: Model;
  readonly nameserver: Nameserver;
  readonly questions: readonly DnsQuestion[];
  readonly observer: Host;
}): Promise<NameserverAnswer> {
  const { model, nameserver, questions, observer } = options;
  const base = {
    host: nameserver.name,
    address: nameserver.addresses[0].text,
    askedFrom: observer.name,
    namesNotAsked: dnsQuestions(model).length - questions.length,
  };
  const silent = (reason: string): NameserverAnswer => ({ ...base, answering: false, reason, names: [], serials: [] });
  // Without a zone it refuses every question, and so answers.
  const [first] = model.zones.map(({ name }) => name);
  const alive = await dig(observer, nameserver, [[first ?? '.', 'SOA']]);
  if (alive.kind === 'silent') return silent(alive.reason);
  if (first === undefined) return { ...base, answering: true, reason: '', names: [], serials: [] };
  const rest = await dig(observer, nameserver, [
    ...model.zones.map(({ name }) => [name, 'SOA'] as const),
    ...questions.map(({ name, type }) => [name, type] as const),
  ]);
  if (rest.kind === 'silent') return silent(rest.reason);
  return {
    ...base,
    answering: true,
    reason: '',
    names: questions.map((question) => nameAnswer(question, rest.replies)),
    serials: model.zones.flatMap(({ name }) => {
      const reply = rest.replies.find((entry) => entry.type === 'SOA' && entry.name === name);
      const serial = reply?.records.find((record) => record.type === 'SOA')?.data.split(' ')[2];
      return serial === undefined ? [] : [{ zone: name, serial: Number(serial) }];
    }),
  };
}

type Digged =
  | { readonly kind: 'answered'; readonly replies: readonly DigReply[] }
  | { readonly kind: 'silent'; readonly reason: string };

async function dig(
  observer: Host,
  nameserver: Nameserver,
  questions: readonly (readonly [string, string])[],
): Promise<Digged> {
  const asked = await ask(observer, {
    argv: [
      'dig',
      `@${nameserver.addresses[0].text}`,
      '+norecurse',
      '+time=1',
      '+tries=2',
      '+noall',
      '+comments',
      '+question',
      '+answer',
      '+stats',
      ...questions.flatMap(([name, type]) => ['-q', name, '-t', type]),
    ],
    timeoutMs: askTimeoutMs * 2,
  });
  if (asked.kind === 'silent')
    return { kind: 'silent', reason: `could not be asked from ${observer.name}: ${asked.reason}` };
  const replies = parseDig(asked.outcome.stdout);
  if (replies.length > 0) return { kind: 'answered', replies };
  return { kind: 'silent', reason: digFailure(asked.outcome.stdout + asked.outcome.stderr) || 'no answer' };
}

function nameAnswer(question: DnsQuestion, replies: readonly DigReply[]): NameAnswer {
  const { name, type } = question;
  const reply = replies.find((entry) => entry.type === type && entry.name === name);
  const records = reply?.records.filter((record) => record.type === type) ?? [];
  return {
    name,
    type,
    status: reply?.status ?? 'TIMEOUT',
    addresses: records.map((record) => record.data),
    ttl: records[0]?.ttl ?? 0,
  };
}
