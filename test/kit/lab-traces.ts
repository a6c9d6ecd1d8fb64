import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * Everything on this computer that bears a lab's name: namespaces, links, processes, mounts of any process, cgroups, files,
 * systemd units. The name must be unlike anything else. Zombies don't count: they wait for a parent that is not ours.
 */
export function labTraces(lab: string): readonly string[] {
  const named = (kind: string, texts: readonly string[]) =>
    texts.filter((text) => text.includes(lab)).map((text) => `${kind} ${text.replaceAll('\0', ' ')}`);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  return [
    ...named('namespace', list('/run/netns')),
    ...named('link', execFileSync('ip', ['-oneline', 'link'], { encoding: 'utf8' }).split('\n')),
    ...named(
      'process',
      pids.map((pid) => read(`/proc/${pid}/cmdline`)),
    ),
    ...named(
      'mount',
      pids.flatMap((pid) => read(`/proc/${pid}/mountinfo`).split('\n')),
    ),
    ...named('cgroup', list('/sys/fs/cgroup', 'deep')),
    ...named('file', [...list('/var/lib/evenkeel', 'deep'), ...list('/run', 'deep')]),
  ];
}

/** This computer's mounts, without the network namespaces that others come and go with. */
export function plainMounts(): readonly string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => !line.includes('/run/netns'));
}

/** Names below a folder, down to four levels. */
function list(folder: string, depth: 'flat' | 'deep' = 'flat', levels = 4): readonly string[] {
  if (!existsSync(folder)) return [];
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    const below = depth === 'deep' && levels > 1 && entry.isDirectory() ? list(path, depth, levels - 1) : [];
    return [path, ...below];
  });
}
