import { describe, expect, test } from 'vitest';
import { type ServeUnit, serveUnitText } from './serve-unit.ts';

const unit: ServeUnit = {
  edge: 'devops',
  user: 'edge',
  home: '/var/lib/edge',
  argv: ['/opt/evenkeel/bin/evenkeel', 'serve', '-f', '/etc/edge/edge.yaml', '--listen', '192.0.2.7:7780'],
  directory: '/etc/edge',
  writes: '/etc/edge/.evenkeel',
  port: 7780,
};

const lines = (changed: Partial<ServeUnit> = {}): readonly string[] =>
  serveUnitText({ ...unit, ...changed }).split('\n');

test('it runs the command as its user, who may write its state and nothing else', () => {
  expect(lines()).toEqual(
    expect.arrayContaining([
      'ExecStart=/opt/evenkeel/bin/evenkeel serve -f /etc/edge/edge.yaml --listen 192.0.2.7:7780',
      'User=edge',
      'ProtectSystem=strict',
      'ReadWritePaths=/etc/edge/.evenkeel',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'AmbientCapabilities=',
    ]),
  );
});

describe('homes', () => {
  test.each([
    ['nothing lies there', {}, 'yes'],
    ['the keys lie there', { home: '/home/ann' }, 'read-only'],
    ['the edge file lies there', { directory: '/root/shop' }, 'read-only'],
    ['the program lies there', { argv: ['/home/ann/evenkeel/bin/evenkeel', 'serve'] }, 'read-only'],
    ['only a name begins so', { directory: '/homestead' }, 'yes'],
  ] as const)('when %s', (_, changed, value) => {
    expect(lines(changed).filter((line) => line.startsWith('ProtectHome='))).toEqual([`ProtectHome=${value}`]);
  });
});

test.each([
  [443, 'CAP_NET_BIND_SERVICE'],
  [7780, ''],
  [0, ''],
])('for port %d its rights are "%s"', (port, rights) => {
  expect(lines({ port })).toContain(`AmbientCapabilities=${rights}`);
});

test('a path with a space or a specifier is that path', () => {
  const text = serveUnitText({ ...unit, directory: '/etc/my %h edge', writes: '/etc/my %h edge/.evenkeel' });
  expect(text).toContain('WorkingDirectory=/etc/my %%h edge\n');
  expect(text).toContain('ReadWritePaths="/etc/my %%h edge/.evenkeel"\n');
});

test.each(['relative', '/a\nUser=root', '/a"b', '/a$b'])('%j is no path for a unit', (directory) => {
  expect(() => serveUnitText({ ...unit, directory })).toThrow(/no path for a unit/);
});
