import { describe, expect, it } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import type { Model } from '../model/model.ts';
import { renderBalancerUnits } from './balancer-units.ts';

function unitsOf(model: Model): readonly [nginx: string, keepalived: string] {
  const [balancer] = model.balancers;
  if (balancer === undefined) throw new Error('no balancer');
  const [nginx = '', keepalived = ''] = renderBalancerUnits(model, balancer).map((file) =>
    new TextDecoder().decode(file.bytes),
  );
  return [nginx, keepalived];
}

function values(unit: string, key: string): readonly string[] {
  return [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map((match) => match[1] ?? '');
}

const verdict = '-/usr/local/lib/evenkeel/nginx-verdict';

describe("NGINX's drop-in", () => {
  const [nginx] = unitsOf(exampleModel());

  it('says "up" after a start and a reload, "down" after every end', () => {
    expect(values(nginx, 'ExecStartPost')).toEqual([`${verdict} up`]);
    expect(values(nginx, 'ExecReload')).toEqual([`${verdict} up`]);
    // Without the sandbox, which systemd would build anew while clients wait.
    expect(values(nginx, 'ExecStopPost')).toEqual([`${verdict.replace('-', '-+')} down`]);
  });

  it("sends the VIPs away before NGINX stops listening, in place of Debian's own stop", () => {
    expect(values(nginx, 'ExecStop')).toEqual([
      '',
      `${verdict} down 192.168.10.100 192.168.10.200`,
      '-/sbin/start-stop-daemon --quiet --stop --retry QUIT/5/TERM/5 --pidfile /run/nginx.pid',
    ]);
  });

  it('is started again however it ended, for as long as it takes', () => {
    expect(values(nginx, 'Restart')).toEqual(['always']);
    expect(values(nginx, 'StartLimitIntervalSec')).toEqual(['0']);
  });
});

describe("keepalived's drop-in", () => {
  it('removes every address it may have held, IPv6 too', () => {
    const [, keepalived] = unitsOf(dualStackModel());
    expect(values(keepalived, 'ExecStopPost')).toEqual(
      dualStackModel().vips.flatMap((vip) =>
        [`${vip.ipv4.text}/32`, `${vip.ipv6?.text}/128`].map(
          (prefix) => `-+/usr/bin/ip address delete ${prefix} dev eth0`,
        ),
      ),
    );
  });

  it('starts after NGINX without depending on it, and can write where its tracked files are', () => {
    const [, keepalived] = unitsOf(exampleModel());
    expect(values(keepalived, 'After')).toEqual(['nginx.service']);
    expect(keepalived).not.toMatch(/^(Requires|BindsTo|PartOf|Wants)=/m);
    expect(values(keepalived, 'ReadWritePaths')).toEqual(['/run /var/lib/evenkeel']);
    expect(values(keepalived, 'Environment')).toEqual(['TMPDIR=/run/evenkeel']);
  });
});
