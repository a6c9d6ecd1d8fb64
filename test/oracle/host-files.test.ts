import { describe, expect, it } from 'vitest';
import { dualStackModel, exampleModel } from '../kit/example-model.ts';
import { runInImage } from '../kit/image-chroot.ts';
import { renderedHost } from '../kit/rendered-host.ts';
import { releases } from '../../src/base/release.ts';

const hosts = [
  ['balancer', 'lb1'],
  ['nameserver', 'dns1'],
  ['web server', 'web1'],
] as const;

describe.each(releases)('systemd and the kernel of %s', (release) => {
  it.each(hosts)('take the units, scripts, state files and settings of a %s', async (_, name) => {
    const host = renderedHost(exampleModel(), release, name);
    const units = host.units.join(' ');
    const outcome = await runInImage({
      release,
      files: host.files,
      // Keys without `-` must be there in a network namespace too; those with `-` belong to this whole computer.
      script: `
        systemd-analyze verify --man=no ${units}
        grep -v '^-' /etc/sysctl.d/90-evenkeel.conf | sysctl --quiet --load -
        if [ -e /etc/tmpfiles.d/evenkeel.conf ]; then systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf; fi
        for script in /usr/local/lib/evenkeel/*; do
          case $script in *.mjs) continue ;; esac # Read by Node.js.
          if [ -e "$script" ]; then dash -n "$script"; test -x "$script"; fi
        done`,
    });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('would notice a unit that systemd does not understand', async () => {
    const outcome = await runInImage({
      release,
      files: [
        {
          path: '/etc/systemd/system/nginx.service.d/x.conf',
          mode: 0o644,
          owner: 'root:root',
          bytes: new TextEncoder().encode('[Service]\nExecStartPst=/bin/true\n'),
        },
      ],
      script: 'systemd-analyze verify --man=no nginx.service',
    });
    expect(outcome.stderr).toContain('ExecStartPst');
  });

  it('find NGINX down and the balancer in service at boot, and keep a drain', async () => {
    const outcome = await runInImage({
      release,
      files: renderedHost(dualStackModel(), release, 'lb3').files,
      script: `
        show() { echo "nginx $(cat /run/evenkeel/nginx) drain $(cat /var/lib/evenkeel/drain)"; }
        systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf
        show
        echo 0 >/run/evenkeel/nginx
        echo 1 >/var/lib/evenkeel/drain
        systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf
        show
        rm -r /run/evenkeel
        systemd-tmpfiles --create --boot /etc/tmpfiles.d/evenkeel.conf
        show`,
    });
    expect(outcome.stdout).toBe('nginx 1 drain 0\nnginx 0 drain 1\nnginx 1 drain 1\n');
  });
});

describe.each(releases)('nginx-verdict on %s', (release) => {
  const files = renderedHost(exampleModel(), release, 'lb1').files;
  const verdict = '/usr/local/lib/evenkeel/nginx-verdict';
  const prepare = 'systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf';

  it('waits with "down" until the addresses have left, and no longer than they stay', async () => {
    const outcome = await runInImage({
      release,
      files,
      addresses: ['192.168.10.11/24', '192.168.10.100/32', 'fd00::100/128'],
      script: `${prepare}
        (until [ "$(cat /run/evenkeel/nginx)" = 1 ] && [ -e /tmp/asked ]; do sleep 0.01; done
         ip address delete 192.168.10.100/32 dev eth0; ip address delete fd00::100/128 dev eth0; touch /tmp/left) &
        ${verdict} up
        touch /tmp/asked
        ${verdict} down 192.168.10.100 fd00::100
        if [ -e /tmp/left ] || [ -z "$(ip -oneline address show to fd00::100)" ]; then echo left first; fi
        cat /run/evenkeel/nginx
        ls /run/evenkeel`,
    });
    expect(outcome).toMatchObject({
      exitCode: 0,
      stdout: 'left first\n1\nanswers\nblind\nisolate\nnginx\npools\nsettling\nyield-vip1\nyield-vip2\n',
      stderr: '',
    });
  });

  it('gives up waiting after about a second', async () => {
    const outcome = await runInImage({
      release,
      files,
      addresses: ['192.168.10.100/32'],
      script: `${prepare}
        timeout 20 ${verdict} down 192.168.10.100
        cat /run/evenkeel/nginx`,
    });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '1\n' });
  });

  it('never shows an empty file, which keepalived would take for "NGINX runs"', async () => {
    const outcome = await runInImage({
      release,
      files,
      script: `${prepare}
        (for round in $(seq 150); do ${verdict} up; ${verdict} down; done; touch /tmp/done) &
        while [ ! -e /tmp/done ]; do
          value=
          read -r value </run/evenkeel/nginx || true # tmpfiles writes no line end
          echo "\${value:-empty}"
        done | sort -u`,
    });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '0\n1\n', stderr: '' });
  });

  it('refuses any other word and leaves the file alone', async () => {
    const outcome = await runInImage({
      release,
      files,
      script: `${prepare}
        ${verdict} maybe || echo "rc $?"
        ${verdict} || echo "rc $?"
        cat /run/evenkeel/nginx`,
    });
    // tmpfiles writes no line end.
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'rc 2\nrc 2\n1' });
  });
});
