import { describe, expect, test } from 'vitest';
import type { LabMachine } from './definition.ts';
import { labUsers, machineFiles, resolverFile, standInSite } from './machine-files.ts';

const lb1: LabMachine = { name: 'lb1', role: 'balancer', interfaces: [], resolvers: [] };
const identity = {
  machineId: '0'.repeat(32),
  hostKey: 'PRIVATE',
  hostKeyPublic: 'PUBLIC',
  clientKeyPublic: 'CLIENT\n',
  passwd: 'root:x:0:0:root:/root:/bin/bash\n',
  group: 'root:x:0:\n',
  shadow: 'root:*:1:0:99999:7:::\n',
};

function fileOf(machine: LabMachine, path: string) {
  const file = machineFiles(machine, identity).find((candidate) => candidate.path === path);
  if (file === undefined) throw new Error(`no ${path}`);
  return file;
}

describe('the files of a machine', () => {
  test('add users to those of the image, none with a password', () => {
    expect(fileOf(lb1, '/etc/passwd').content).toBe(
      'root:x:0:0:root:/root:/bin/bash\n' +
        'admin:x:1000:1000::/home/admin:/bin/bash\n' +
        'guest:x:1001:1001::/home/guest:/bin/bash\n',
    );
    const shadow = fileOf(lb1, '/etc/shadow');
    expect(shadow.mode).toBe(0o640);
    expect(
      shadow.content
        .split('\n')
        .slice(0, 3)
        .map((line) => line.split(':')[1]),
    ).toEqual(['*', '*', '*']);
  });

  test('give sudo to admin and to the user of the edge file, not to guest', () => {
    expect(fileOf({ ...lb1, user: 'deploy' }, '/etc/sudoers.d/50-lab')).toMatchObject({
      content: 'admin ALL=(ALL:ALL) NOPASSWD: ALL\ndeploy ALL=(ALL:ALL) NOPASSWD: ALL\n',
      mode: 0o440,
    });
    expect(labUsers({ ...lb1, user: 'guest' }).map((user) => user.name)).toEqual(['admin', 'guest']);
    expect(labUsers({ ...lb1, user: 'root' }).map((user) => user.name)).toEqual(['admin', 'guest']);
  });

  test('let the client key in everywhere, in files that sshd accepts', () => {
    const keys = machineFiles(lb1, identity).filter((file) => file.path.endsWith('authorized_keys'));
    expect(keys.map((file) => [file.path, file.uid, file.mode, file.content])).toEqual([
      ['/root/.ssh/authorized_keys', 0, 0o600, 'CLIENT\n'],
      ['/home/admin/.ssh/authorized_keys', 1000, 0o600, 'CLIENT\n'],
      ['/home/guest/.ssh/authorized_keys', 1001, 0o600, 'CLIENT\n'],
    ]);
    expect(fileOf(lb1, '/etc/ssh/ssh_host_ed25519_key').mode).toBe(0o600);
  });

  test('hold a machine-id, or systemd would take each start for the first', () => {
    expect(fileOf(lb1, '/etc/machine-id').content).toBe(`${'0'.repeat(32)}\n`);
  });

  test('name the resolvers with a short patience', () => {
    expect(resolverFile({ ...lb1, resolvers: ['10.0.0.11', 'fd00::12'], searchDomain: 'devops.com' })).toBe(
      'search devops.com\nnameserver 10.0.0.11\nnameserver fd00::12\noptions timeout:1 attempts:2 rotate\n',
    );
    expect(resolverFile(lb1)).toBe('');
  });

  test('make the place of a server that nobody manages answer on the ports of its pools', () => {
    const standIn = { ports: [80, 8080], answers: [{ path: '/ready', status: 204 }] };
    const legacy: LabMachine = { name: 'legacy', role: 'web', interfaces: [], resolvers: [], standIn };
    const site = fileOf(legacy, '/etc/nginx/sites-enabled/default').content;
    expect(site).toBe(standInSite('legacy', standIn));
    expect(site).toContain(
      '  listen 80 default_server;\n  listen [::]:80 default_server;\n  listen 8080 default_server;',
    );
    expect(site).toContain('  location = /ready { return 204; }\n');
    expect(site).toContain('  include /etc/nginx/evenkeel-local/*.conf;\n');
    expect(fileOf(legacy, '/etc/systemd/system/multi-user.target.d/50-lab.conf').content).toContain('nginx.service');
    expect(machineFiles(lb1, identity).map((file) => file.path)).not.toContain('/etc/nginx/sites-enabled/default');
  });
});
