/**
 * Reads `dpkg-query -W -f='${Package}\t${Version}\t${db:Status-Status}\n'`: the installed packages and their versions.
 * Packages that were removed but left their configuration (`config-files`) are not installed; half-installed ones
 * count as missing too, so that apply installs them again.
 */
export function parseInstalled(text: string): ReadonlyMap<string, string> {
  const installed = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name = '', version = '', status = ''] = line.split('\t');
    if (status.trim() === 'installed' && name !== '') installed.set(name, version);
  }
  return installed;
}

/** Reads `apt-cache policy PACKAGE...`: package -> the version apt would install. `(none)` is left out. */
export function parseCandidates(text: string): ReadonlyMap<string, string> {
  const candidates = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n')) {
    const heading = /^(\S+):$/.exec(line);
    if (heading !== null) name = heading[1] ?? '';
    const candidate = /^\s+Candidate: (\S+)$/.exec(line)?.[1];
    if (candidate !== undefined && candidate !== '(none)') candidates.set(name, candidate);
  }
  return candidates;
}

/** The upstream part of a Debian version: `1:2.3.3-1+b2` -> `2.3.3` (deb-version(7)). */
export function upstreamVersion(version: string): string {
  const withoutEpoch = version.replace(/^\d+:/, '');
  const dash = withoutEpoch.lastIndexOf('-');
  const upstream = dash < 0 ? withoutEpoch : withoutEpoch.slice(0, dash);
  return /^\d+(\.\d+)*/.exec(upstream)?.[0] ?? upstream;
}
