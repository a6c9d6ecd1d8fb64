import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAgent } from '../../src/cli/agent-delivery.ts';
import { releases } from '../../src/base/release.ts';
import type { Release } from '../../src/base/release.ts';
import type { LocalOutcome } from '../../src/hosts/process.ts';
import { poolsSocket } from '../../src/model/pools-document.ts';
import { renderEdge } from '../../src/render/render-edge.ts';
import type { SiteCertificate } from '../../src/render/render-input.ts';
import { exampleModel } from '../kit/example-model.ts';
import { runInImage } from '../kit/image-chroot.ts';
import { selfSigned } from '../kit/nginx-bench.ts';
import { renderInputOf } from '../kit/render-input.ts';

let folder = '';
let certificate: SiteCertificate = { chainPem: '', keyPem: '' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-readiness-'));
  certificate = await selfSigned(folder, ['devops.com']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a script on a balancer with the real NGINX and the real agent; no backend can be reached. */
async function onBalancer(release: Release, script: string): Promise<LocalOutcome> {
  const model = exampleModel();
  const agent = await openAgent();
  const input = {
    ...renderInputOf(model, release),
    agent,
    certificates: new Map(model.sites.map((site) => [site.name, certificate])),
  };
  const host = renderEdge(input).find((one) => one.host === 'lb1');
  if (host === undefined) throw new Error('no lb1');
  return runInImage({
    release,
    files: host.files,
    binds: new Map([[agent.runtime.path, process.execPath]]),
    addresses: ['192.168.10.11/24'],
    script: `${helpers}\n${script}`,
  });
}

/** No systemd runs in the image: the hooks of its units are called by hand. `expect_word` polls for at most 30 s. */
const helpers = `
verdict=/usr/local/lib/evenkeel/nginx-verdict
watch() {
  /usr/local/lib/evenkeel/agent run >>/tmp/watch.log 2>&1 &
  watch=$!
}
# As its unit does: a killed NGINX leaves the socket behind.
start_again() {
  rm -f ${poolsSocket}
  until_true 'runs again' 'nginx 2>/dev/null' >/dev/null
}
nginx_processes() {
  read -r master </run/nginx.pid
  echo "$master $(cat "/proc/$master/task/$master/children")"
}
until_true() {
  tries=0
  until eval "$2"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ]; then
      echo "never: $1"
      cat /tmp/watch.log
      exit 1
    fi
    sleep 0.05
  done
  echo "$1"
}
expect_word() { until_true "$1: $2" "[ \\"\\$(cat /run/evenkeel/answers)\\" = $2 ]"; }
# Handshakes in the queue of NGINX's socket: each unanswered question stays there.
queued() { ss -ltnH 'sport = :443' | awk '{ print $2 }'; }
systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf
nginx
$verdict up
`;

describe.each(releases)('the agent on %s', (release) => {
  it('finds a hung NGINX and sees it answer again, by the sockets of clients and with no backend', async () => {
    const outcome = await onBalancer(
      release,
      `watch
      # Its own question, by hand: the answer is NGINX's own, after a whole handshake.
      curl -sk --write-out '%{http_code}\\n' --resolve devops.com:443:127.0.0.1 --header 'Host: up.evenkeel' https://devops.com/
      ss -ltnH 'sport = :443' | awk '{ print $4 }'
      until_true 'asks' '/usr/local/lib/evenkeel/agent ask status 2>/dev/null | grep -q alive'
      kill -STOP $(nginx_processes)
      expect_word 'hangs' 1
      kill -CONT $(nginx_processes)
      expect_word 'answers' 0`,
    );
    expect(`${outcome.stdout}${outcome.stderr}`).toBe('204\n0.0.0.0:443\nasks\nhangs: 1\nanswers: 0\n');
    expect(outcome.exitCode).toBe(0);
  });

  it('leaves its last word when it is killed, and goes on from there', async () => {
    const outcome = await onBalancer(
      release,
      `kill -STOP $(nginx_processes)
      watch
      expect_word 'hangs' 1
      kill -KILL $watch
      kill -CONT $(nginx_processes)
      expect_word 'nobody watches' 1
      watch
      expect_word 'watched again' 0`,
    );
    expect(`${outcome.stdout}${outcome.stderr}`).toBe('hangs: 1\nnobody watches: 1\nwatched again: 0\n');
  });

  it('says nothing of an NGINX that stops, and forgets it with its processes', async () => {
    const outcome = await onBalancer(
      release,
      `kill -STOP $(nginx_processes)
      watch
      expect_word 'hangs' 1
      $verdict down
      cat /run/evenkeel/answers
      queue=$(queued)
      until_true 'asked in vain' '[ "$(queued)" -gt $((queue + 4)) ]'
      expect_word 'stops' 0
      kill -KILL $(nginx_processes)
      # As the unit does before a start.
      start_again
      $verdict up
      expect_word 'new processes' 0`,
    );
    expect(`${outcome.stdout}${outcome.stderr}`).toBe('hangs: 1\n0\nasked in vain\nstops: 0\nnew processes: 0\n');
  });

  it('does not take an NGINX that is busy for one that hangs', async () => {
    const outcome = await onBalancer(
      release,
      `read -r master </run/nginx.pid
      # The workers answer nobody, but the master does something again and again.
      kill -STOP $(cat "/proc/$master/task/$master/children")
      (while [ ! -e /tmp/idle ]; do kill -USR1 $master; sleep 0.1; done) &
      watch
      until_true 'asked in vain' '[ "$(queued)" -gt 6 ]'
      expect_word 'busy' 0
      touch /tmp/idle
      expect_word 'idle' 1`,
    );
    expect(`${outcome.stdout}${outcome.stderr}`).toBe('asked in vain\nbusy: 0\nidle: 1\n');
  });

  it('does not take a filter for an NGINX that hangs', async () => {
    const outcome = await onBalancer(
      release,
      `nft 'add table inet x; add chain inet x in { type filter hook input priority 0; }
        add rule inet x in iifname lo tcp dport 443 counter drop'
      watch
      until_true 'asked in vain' '[ "$(nft list table inet x | sed -n "s/.* packets \\([0-9]*\\) .*/\\1/p")" -gt 12 ]'
      expect_word 'nothing known' 0`,
    );
    expect(`${outcome.stdout}${outcome.stderr}`).toBe('asked in vain\nnothing known: 0\n');
  });

  it('tells at once of an NGINX that is gone, and says nothing of one that reloads', async () => {
    const outcome = await onBalancer(
      release,
      `watch
      until_true 'asks' '/usr/local/lib/evenkeel/agent ask status 2>/dev/null | grep -q alive'
      nginx -s reload
      until_true 'asked again' '/usr/local/lib/evenkeel/agent ask status | grep -q "\\"well\\":[0-9][0-9]"'
      expect_word 'reloads' 0
      kill -KILL $(nginx_processes)
      expect_word 'gone' 1
      $verdict down
      expect_word 'its unit says so' 0
      start_again
      $verdict up
      grep -c 'gone' /tmp/watch.log`,
    );
    expect(`${outcome.stdout}${outcome.stderr}`).toMatch(
      /^asks\n(.*signal process started\n)?asked again\nreloads: 0\ngone: 1\nits unit says so: 0\n1\n(.*signal process started\n)?$/,
    );
  });

  it('goes on when its verdict can not be written, and writes it as soon as it can', async () => {
    const outcome = await onBalancer(
      release,
      `mount -t tmpfs -o size=64k tmpfs /run/evenkeel
      echo 0 >/run/evenkeel/nginx
      echo 0 >/run/evenkeel/answers
      mkdir /run/evenkeel/agent
      watch
      until_true 'asks' '/usr/local/lib/evenkeel/agent ask status 2>/dev/null | grep -q alive'
      head -c 256k /dev/zero >/run/evenkeel/full 2>/dev/null || true
      kill -STOP $(nginx_processes)
      until_true 'it complains' 'grep -q "it can.t be told" /tmp/watch.log'
      expect_word 'not told' 0
      rm /run/evenkeel/full
      expect_word 'told' 1`,
    );
    expect(`${outcome.stdout}${outcome.stderr}`).toBe('asks\nit complains\nnot told: 0\ntold: 1\n');
  });

  it('refuses a configuration it can not read, and changes nothing', async () => {
    const outcome = await onBalancer(
      release,
      `for text in '' '{' '{"format":2}' '{"format":1,"edge":"x"}'; do
        printf '%s' "$text" >/etc/evenkeel/agent.json
        code=0
        /usr/local/lib/evenkeel/agent run 2>&1 || code=$?
        echo "ends with $code"
      done
      expect_word 'unchanged' 0`,
    );
    expect(`${outcome.stdout}${outcome.stderr}`.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringContaining('it is not a JSON object'),
      'ends with 78',
      expect.stringContaining('it is not a JSON object'),
      'ends with 78',
      expect.stringContaining('it has format 2; this agent reads format 1'),
      'ends with 78',
      expect.stringContaining('"role" must be a text and is missing'),
      'ends with 78',
      'unchanged: 0',
    ]);
  });
});
