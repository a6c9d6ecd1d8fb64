import { describe, expect, it } from 'vitest';
import { releases } from '../../src/base/release.ts';
import { serveUnitName, serveUnitText } from '../../src/render/serve-unit.ts';
import { runInImage } from '../kit/image-chroot.ts';

const argv = ['/bin/true', 'serve', '-f', '/etc/my %h edge/edge.yaml', '--listen', '192.0.2.7:443'] as const;
const text = serveUnitText({
  edge: 'devops',
  user: 'daemon',
  home: '/usr/sbin',
  argv,
  directory: '/etc/my %h edge',
  writes: '/etc/my %h edge/.evenkeel',
  port: 443,
});
const file = {
  path: `/etc/systemd/system/${serveUnitName}`,
  mode: 0o644,
  owner: 'root:root',
  bytes: new TextEncoder().encode(text),
};

describe.each(releases)('systemd of %s', (release) => {
  it('takes the unit of the dashboard', async () => {
    const outcome = await runInImage({
      release,
      files: [file],
      script: `systemd-analyze verify --man=no ${serveUnitName}`,
    });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('counts little that it may do: exposure at most 2.5 of 10', async () => {
    const outcome = await runInImage({
      release,
      files: [file],
      // The threshold is in tenths.
      script: `systemd-analyze security --offline=yes --no-pager --threshold=25 ${file.path}`,
    });
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
  });
});
