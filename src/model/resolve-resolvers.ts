import { compareAddresses, parseAddress, unusableAddress } from '../base/address.ts';
import type { Address } from '../base/address.ts';
import type { EdgeDocument, Path } from '../spec/edge-document.ts';
import type { Report } from './findings.ts';
import { namesOfRole, roleOf, roleText } from './host-names.ts';
import type { ModelHost, Vip } from './model.ts';
import { reportTwice } from './resolve-sites.ts';
import { unknownName } from './unknown-name.ts';

/** What the C library reads (resolv.conf(5), MAXNS). */
const mostResolvers = 3;

/** What a client's resolv.conf holds: the nameservers, or what the person lists. Never a balancer, VIP or web server. */
export function resolveResolvers(
  { spec }: EdgeDocument,
  { hosts, vips }: { readonly hosts: readonly ModelHost[]; readonly vips: readonly Vip[] },
  report: Report,
): readonly Address[] {
  const path: Path = ['clients', 'resolvers'];
  const written = spec.clients?.resolvers;
  if (written === undefined) {
    const nameservers = hosts.filter(({ kind }) => kind === 'nameserver');
    return nameservers.flatMap(({ addresses }) => addresses.slice(0, 1)).slice(0, mostResolvers);
  }
  if (written.length > mostResolvers) {
    report({
      code: 'EK308',
      path: [...path, mostResolvers],
      part: 'value',
      message: `${written.length} resolvers; clients read the first ${mostResolvers} and ignore the others`,
      fix: `keep the ${mostResolvers} that matter`,
    });
  }
  reportTwice(written, path, report);
  return written.flatMap((text, index): readonly Address[] => {
    const at = [...path, index];
    const literal = parseAddress(text);
    if (literal !== undefined) {
      const reason = unusableAddress(literal);
      if (reason !== undefined) {
        report({
          code: 'EK421',
          path: at,
          part: 'value',
          message: `${text} is ${reason}; clients find no resolver there`,
          fix: 'write the address of the resolver; a cache on a client itself asks the nameservers of this file',
        });
      }
      const vip = vips.find(({ ipv4, ipv6 }) => ipv4.text === literal.text || ipv6?.text === literal.text);
      const host = hosts.find(({ addresses }) => addresses.some((own) => compareAddresses(own, literal) === 0));
      if (vip !== undefined) report(notResolver({ text, what: `the VIP \`${vip.name}\``, path: at }, spec));
      if (host !== undefined && host.kind !== 'nameserver') {
        report(notResolver({ text, what: `${roleText(host.kind)}, \`${host.name}\``, path: at }, spec));
      }
      return [literal];
    }
    const role = roleOf(spec, text);
    if (role === undefined && Object.hasOwn(spec.vips, text)) {
      report(notResolver({ text, what: 'a VIP', path: at }, spec));
    } else if (role === undefined) {
      report(unknownName({ noun: 'nameserver', name: text, known: namesOfRole(spec, 'nameserver'), path: at }));
    } else if (role !== 'nameserver') {
      report(notResolver({ text, what: roleText(role), path: at }, spec));
    }
    return hosts.find(({ name }) => name === text)?.addresses.slice(0, 1) ?? [];
  });
}

function notResolver(
  { text, what, path }: { readonly text: string; readonly what: string; readonly path: Path },
  spec: EdgeDocument['spec'],
): Parameters<Report>[0] {
  const nameservers = namesOfRole(spec, 'nameserver');
  return {
    code: 'EK305',
    path,
    part: 'value',
    message: `the resolver \`${text}\` is ${what}; it answers no DNS`,
    fix:
      nameservers.length === 0 ? 'write the address of a resolver' : `write the nameservers: ${nameservers.join(', ')}`,
  };
}
