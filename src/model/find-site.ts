import type { Model, Site } from './model.ts';

/** The site that answers for a host name: an exact name first, then the longest wildcard (as NGINX's server_name). */
export function findSite(model: Model, name: string): Site | undefined {
  const wanted = name.toLowerCase();
  const exact = model.sites.find((site) => site.names.includes(wanted));
  if (exact !== undefined) return exact;
  const wildcards = model.sites.flatMap((site) =>
    site.names
      .filter((pattern) => pattern.startsWith('*.') && wanted.endsWith(pattern.slice(1)))
      .map((pattern) => ({ site, length: pattern.length })),
  );
  return wildcards.toSorted((a, b) => b.length - a.length)[0]?.site;
}
