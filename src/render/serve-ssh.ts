/** A host as the dashboard's own ssh reaches it, from where the dashboard runs. */
export interface SshDestination {
  /** As the edge file names the host. */
  readonly name: string;
  /** What `ssh` is called with: `ssh.host` of the edge file. */
  readonly destination: string;
  readonly address: string;
  readonly user: string;
  readonly port: number;
}

/** The ssh_config(5) of the dashboard: every host by its address, with the key at `identity`. */
export function serveSshConfig(hosts: readonly SshDestination[], identity: string): string {
  const parts = hosts.map(({ name, destination, address, user, port }) =>
    [
      `Host ${word(destination)}`,
      `  HostName ${word(address)}`,
      `  HostKeyAlias ${word(name)}`,
      `  User ${word(user)}`,
      `  Port ${port}`,
      '',
    ].join('\n'),
  );
  const everywhere = ['Host *', `  IdentityFile ${identity}`, '  IdentitiesOnly yes', '  IdentityAgent none', ''];
  return [...parts, everywhere.join('\n')].join('\n');
}

/** Kind and key of a line of a public key file (sshd(8)), without its comment. */
export function publicKeyOf(line: string): readonly [kind: string, key: string] {
  const [kind = '', key = ''] = line.trim().split(/\s+/);
  return [kind, key];
}

/** The known_hosts of the dashboard: the name of each host, and the public keys that it showed over a connection that was trusted. */
export function serveKnownHosts(keys: ReadonlyMap<string, readonly string[]>): string {
  return [...keys]
    .flatMap(([name, lines]) =>
      lines.map((line) => {
        const [kind, key] = publicKeyOf(line);
        return `${word(name)} ${word(kind)} ${word(key)}\n`;
      }),
    )
    .join('');
}

/** The line of authorized_keys(5) for the dashboard's key: commands only, and only from where the dashboard runs. */
export function serveKeyLine(
  publicKey: string,
  from: { readonly host: string; readonly addresses: readonly string[] },
): string {
  const [kind, key] = publicKeyOf(publicKey);
  return `restrict,from="${from.addresses.map(word).join(',')}" ${word(kind)} ${word(key)} ${keyMark(from.host)}`;
}

/** An authorized_keys with this line in the place of any line for the same dashboard; all others stay as they are. */
export function withServeKey(text: string, line: string, host: string): string {
  return `${withoutServeKey(text, host)}${line}\n`;
}

/** An authorized_keys without the lines for a dashboard on this host. Ends with a line end unless it is empty. */
export function withoutServeKey(text: string, host: string): string {
  const lines = text.split('\n').filter((line) => !line.trimEnd().endsWith(` ${keyMark(host)}`));
  const rest = lines.join('\n').trimEnd();
  return rest === '' ? '' : `${rest}\n`;
}

function keyMark(host: string): string {
  return `evenkeel-serve@${host}`;
}

/** What stands in a line of ssh's files by itself. Throws a plain Error for what would be two words or an option. */
function word(text: string): string {
  if (!/^[\w@%+=:,./[\]-]+$/.test(text) || text.startsWith('-'))
    throw new Error(`no word for ssh: ${JSON.stringify(text)}`);
  return text;
}
