import { parseAddress } from '../base/address.ts';
import { isSiteName } from '../base/dns-name.ts';
import { parseShare } from '../base/share.ts';
import { parseSize } from '../base/size.ts';
import type { EdgeDocument, Path } from '../spec/edge-document.ts';
import { suggestHostName } from '../spec/text-kinds.ts';
import type { SiteSpec } from '../spec/spec.ts';
import type { Report } from './findings.ts';
import { healthHost } from './health-record.ts';
import type { Site, SiteTls } from './model.ts';
import { unknownName } from './unknown-name.ts';

const defaultBodyLimit = 32 * 1024 * 1024;

/** The sites of the file in its order: names in lower case, VIPs in the order of the file. */
export function resolveSites({ spec }: EdgeDocument, report: Report): readonly Site[] {
  const owners = new Map<string, string>();
  const pools = Object.keys(spec.pools ?? {});
  const vips = Object.keys(spec.vips);
  // Ten thousand sites ask for them.
  const known = { pools: new Set(pools), vips: new Set(vips) };
  return Object.entries(spec.sites ?? {}).flatMap(([name, written]): readonly Site[] => {
    const path = ['sites', name];
    const [firstName, ...otherNames] = readNames({ name, written, path }, owners, report);
    if (!known.pools.has(written.pool)) {
      report(unknownName({ noun: 'pool', name: written.pool, known: pools, path: [...path, 'pool'] }));
    }
    for (const [index, vip] of (written.vips ?? []).entries()) {
      if (!known.vips.has(vip))
        report(unknownName({ noun: 'VIP', name: vip, known: vips, path: [...path, 'vips', index] }));
    }
    reportTwice(written.vips ?? [], [...path, 'vips'], report);
    if (written.hsts === true && written.redirect === false) {
      report({
        code: 'EK510',
        path: [...path, 'hsts'],
        part: 'key',
        message: `\`hsts\` of the site \`${name}\` does nothing for clients that come over HTTP, because \`redirect\` is false`,
        fix: 'remove `redirect: false`, or `hsts`',
      });
    }
    const wanted = new Set(written.vips ?? vips);
    const [firstVip, ...otherVips] = vips.filter((vip) => wanted.has(vip));
    if (firstName === undefined || firstVip === undefined) return [];
    return [
      {
        name,
        names: [firstName, ...otherNames],
        pool: written.pool,
        tls: readTls(written),
        redirect: written.redirect ?? true,
        hsts: written.hsts ?? false,
        vips: [firstVip, ...otherVips],
        bodyLimit: parseSize(written['body-limit'] ?? '') ?? defaultBodyLimit,
        slo: parseShare(written.slo ?? ''),
      },
    ];
  });
}

interface WrittenSite {
  readonly name: string;
  readonly written: SiteSpec;
  readonly path: Path;
}

function readNames(
  { name, written, path }: WrittenSite,
  owners: Map<string, string>,
  report: Report,
): readonly string[] {
  const names = written.names ?? [name];
  return names.flatMap((text, index) => {
    const at = written.names === undefined ? path : [...path, 'names', index];
    const part = written.names === undefined ? 'key' : 'value';
    const lower = text.toLowerCase();
    if (parseAddress(text) !== undefined) {
      report({
        code: 'EK506',
        path: at,
        part,
        message: `\`${text}\` is an IP address; a browser names the site it wants by host name only`,
        fix: 'write a host name whose DNS record points at the VIPs',
      });
      return [];
    }
    if (!isSiteName(lower)) {
      const wrongStar = text.includes('*') ? 'write `*` only as the whole first label: `*.example.com`' : undefined;
      report({
        code: 'EK506',
        path: at,
        part,
        message: `\`${text}\` is no host name`,
        fix:
          wrongStar ?? suggestHostName(text) ?? 'write letters, digits and `-`, with dots between: `www.example.com`',
      });
      return [];
    }
    if (lower === healthHost) {
      report({
        code: 'EK306',
        path: at,
        part,
        message: `\`${lower}\` is evenkeel's own: balancers answer there whether they are well`,
        fix: 'choose another name',
      });
      return [];
    }
    const owner = owners.get(lower);
    if (owner !== undefined) {
      report({
        code: 'EK306',
        path: at,
        part,
        message:
          owner === name
            ? `\`${lower}\` stands twice in the site \`${name}\``
            : `\`${lower}\` belongs to the site \`${owner}\` already`,
        fix: 'a host name belongs to one site: remove one of them',
      });
      return [];
    }
    owners.set(lower, name);
    return [lower];
  });
}

function readTls({ tls }: SiteSpec): SiteTls {
  if (tls === undefined || tls === 'internal') return { kind: 'internal' };
  return { kind: 'files', certificate: tls.certificate, key: tls.key };
}

/** Reports entries of a list of names that stand there before. */
export function reportTwice(entries: readonly string[], path: Path, report: Report): void {
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    if (seen.has(entry)) {
      report({
        code: 'EK307',
        path: [...path, index],
        part: 'value',
        message: `\`${entry}\` stands twice in this list`,
        fix: 'remove one of them',
      });
    }
    seen.add(entry);
  }
}
