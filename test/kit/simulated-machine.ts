import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { memoryHost } from '../../src/hosts/memory-host.ts';
import type { Crash, MemoryFiles, MemoryHost } from '../../src/hosts/memory-host.ts';
import type { Command, CommandOutcome, FileState } from '../../src/hosts/host.ts';
import {
  installProgramScript,
  installScript,
  lockScript,
  programBroken,
  reloadNginxScript,
  unlockScript,
} from '../../src/apply/remote-scripts.ts';
import { runtimePrefix } from '../../src/model/agent-paths.ts';
import { sectionMark } from '../../src/facts/sections.ts';
import { segmentScript } from '../../src/observe/look-at-segment.ts';
import { observeScript } from '../../src/observe/observe-script.ts';

/** A daemon of a simulated machine: what systemd would say, and the configuration it read last. */
export interface SimulatedUnit {
  enabled: boolean;
  active: boolean;
  /** The configuration it runs with; undefined before its first start. */
  running: string | undefined;
}

/** A machine whose disk and daemons outlive its connections. */
export interface SimulatedMachine {
  readonly name: string;
  readonly files: MemoryFiles;
  readonly units: Map<string, SimulatedUnit>;
  readonly packages: Set<string>;
  /** The zones PowerDNS serves: name -> text of the file. */
  readonly zones: Map<string, string>;
  /** Called for every command before it runs: an outcome replaces it. */
  readonly refuse: { command?: (command: Command) => CommandOutcome | undefined };
  /** Connects; the connection breaks where `crash` says. */
  connect(crash?: Crash): MemoryHost;
}

/** The configuration files of each unit. */
const configurations: Readonly<Record<string, readonly string[]>> = {
  'nginx.service': ['/etc/nginx/', '/etc/systemd/system/nginx.service.d/'],
  'keepalived.service': ['/etc/keepalived/'],
  'pdns.service': ['/etc/powerdns/'],
  'evenkeel-firewall.service': ['/etc/nftables.conf'],
};

const programs: Readonly<Record<string, readonly [string, string]>> = {
  'nginx.service': ['nginx', 'tcp 80 443'],
  'pdns.service': ['pdns_server', 'udp 53'],
};

const done: CommandOutcome = { exitCode: 0, stdout: '', stderr: '' };

/** Everything a unit reads, as one text. */
export function configurationOf(files: MemoryFiles, unit: string): string {
  const paths = [...files.keys()].filter((path) => configurations[unit]?.some((prefix) => path.startsWith(prefix)));
  return paths
    .sort()
    .map((path) => `${path}\n${textOf(files.get(path))}`)
    .join('');
}

/** A bare Debian 13. Packages bring Debian's own configuration and units that don't run. */
export function simulatedMachine(name: string): SimulatedMachine {
  const machine: SimulatedMachine = {
    name,
    files: new Map(),
    units: new Map(),
    packages: new Set(),
    zones: new Map(),
    refuse: {},
    connect: (crash) =>
      memoryHost({
        name,
        files: machine.files,
        respond: (command) => machine.refuse.command?.(command) ?? respond(machine, command),
        ...(crash === undefined ? {} : { crash }),
      }),
  };
  return machine;
}

function respond(machine: SimulatedMachine, command: Command): CommandOutcome | undefined {
  const [program, ...words] = command.argv;
  const last = words.at(-1) ?? '';
  switch (program) {
    case 'sh':
      return script(machine, words, command.stdin);
    case 'env':
      return systemctl(machine, words.slice(2));
    case 'systemctl':
      return systemctl(machine, words);
    case 'ss':
      return { ...done, stdout: listeners(machine) };
    case 'unshare':
      return check(machine, words);
    case 'rm':
      for (const path of machine.files.keys()) if (path.startsWith(`${last}/`)) machine.files.delete(path);
      return done;
    case '/usr/local/lib/evenkeel/load-zone':
      machine.zones.set(words[0] ?? '', textOf(machine.files.get(last)));
      return done;
    case 'runuser':
      machine.zones.delete(last);
      return done;
    case 'systemd-tmpfiles':
    case '/usr/lib/systemd/systemd-sysctl':
    case 'pdns_control':
    case 'journalctl':
      return done;
    default:
      return undefined;
  }
}

function script(
  machine: SimulatedMachine,
  [, text, , ...words]: readonly string[],
  stdin: Command['stdin'],
): CommandOutcome | undefined {
  switch (text) {
    case segmentScript:
      // Alone on its network.
      return { ...done, stdout: ['speakers', 'neighbours', 'end'].map((name) => `\n${sectionMark}${name}\n`).join('') };
    case observeScript:
      return { ...done, stdout: observed(machine, words[1] ?? '') };
    case installScript:
      for (const name of words) install(machine, name);
      return done;
    case installProgramScript:
      return bring(machine, words, stdin);
    case lockScript:
      return lock(machine, words);
    case unlockScript:
      if (textOf(machine.files.get(lockPath)).startsWith(`${words[0]}\n`)) machine.files.delete(lockPath);
      return done;
    case reloadNginxScript:
      return reread(machine, 'nginx.service');
    default:
      return undefined;
  }
}

/** As `installProgramScript`: unpacks, and renames only what has the right hash. */
function bring(
  machine: SimulatedMachine,
  [path = '', hash = '']: readonly string[],
  stdin: Command['stdin'] = '',
): CommandOutcome {
  const bytes = gunzipSync(stdin);
  if (createHash('sha256').update(bytes).digest('hex') !== hash) return { ...done, exitCode: programBroken };
  machine.files.set(path, { kind: 'file', path, mode: 0o755, owner: 'root:root', bytes });
  return done;
}

const lockPath = '/run/evenkeel/apply.lock';

/** As `lockScript`, but no time ever passes: a lock never becomes old. */
function lock(machine: SimulatedMachine, [token = '', holder = '', , dead = '']: readonly string[]): CommandOutcome {
  const [found, , other = ''] = textOf(machine.files.get(lockPath)).split('\n');
  if (found !== undefined && found !== '' && found !== token && found !== dead) {
    return { ...done, exitCode: 75, stdout: `5\n${found}\n${other}\n` };
  }
  put(machine, lockPath, `${token}\n100\n${holder}\n`);
  return done;
}

function install(machine: SimulatedMachine, name: string): void {
  if (machine.packages.has(name)) return;
  machine.packages.add(name);
  const unit = { nginx: 'nginx.service', keepalived: 'keepalived.service', 'pdns-server': 'pdns.service' }[name];
  if (unit !== undefined) machine.units.set(unit, { enabled: true, active: false, running: undefined });
  if (name === 'nginx' && !machine.files.has('/etc/nginx/nginx.conf'))
    put(machine, '/etc/nginx/nginx.conf', "# Debian's\n");
}

/** A file of root's, mode 0644. */
export function put(machine: SimulatedMachine, path: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  machine.files.set(path, { kind: 'file', path, mode: 0o644, owner: 'root:root', bytes });
}

function systemctl(machine: SimulatedMachine, [verb = '', ...words]: readonly string[]): CommandOutcome {
  const name = words.at(-1) ?? '';
  if (verb === 'daemon-reload' || verb === 'reset-failed') return done;
  if (verb === 'show') return { ...done, stdout: shown(machine, words.slice(words.indexOf('--') + 1)) };
  if (verb === 'enable' || verb === 'disable') {
    for (const word of words.filter((one) => !one.startsWith('-'))) unitOf(machine, word).enabled = verb === 'enable';
    return done;
  }
  const unit = unitOf(machine, name);
  if (verb === 'stop') unit.active = false;
  if (verb === 'start' || verb === 'restart' || verb === 'reload') return reread(machine, name);
  return done;
}

function unitOf(machine: SimulatedMachine, name: string): SimulatedUnit {
  const unit = machine.units.get(name) ?? { enabled: false, active: false, running: undefined };
  machine.units.set(name, unit);
  return unit;
}

/** A daemon reads its configuration, and refuses a broken one as the real ones do: at a start it is down then. */
function reread(machine: SimulatedMachine, name: string): CommandOutcome {
  const unit = machine.units.get(name);
  if (unit === undefined) return { ...done, exitCode: 5, stderr: `Unit ${name} not found.` };
  const configuration = configurationOf(machine.files, name);
  if (configuration.includes('CRASHES')) {
    unit.active = unit.active && unit.running !== undefined;
    return { ...done, exitCode: 1, stderr: `${name} would not run` };
  }
  unit.active = true;
  unit.running = configuration;
  return done;
}

function check(machine: SimulatedMachine, words: readonly string[]): CommandOutcome {
  const staged = [...machine.files].filter(([path]) => path.startsWith('/var/lib/evenkeel/staging/files/'));
  const broken = staged.find(([, file]) => textOf(file).includes('BROKEN'));
  if (broken === undefined || words.includes('systemd-analyze')) return done;
  const path = broken[0].slice('/var/lib/evenkeel/staging/files'.length);
  return { ...done, exitCode: 1, stderr: `nginx: [emerg] unknown directive "BROKEN" in ${path}:1` };
}

function shown(machine: SimulatedMachine, names: readonly string[]): string {
  return names
    .map((name) => {
      const unit = machine.units.get(name);
      const state = unit?.active === true ? 'active' : 'inactive';
      const file = unit === undefined ? '' : unit.enabled ? 'enabled' : 'disabled';
      return `MainPID=0\nId=${name}\nLoadState=${unit === undefined ? 'not-found' : 'loaded'}\nActiveState=${state}\nSubState=x\nUnitFileState=${file}\n`;
    })
    .join('\n');
}

function listeners(machine: SimulatedMachine): string {
  return [...machine.units]
    .filter(([name, unit]) => unit.active && programs[name] !== undefined)
    .flatMap(([name]) => {
      const [program, ports] = programs[name] ?? ['', ''];
      const numbers = ports.split(' ').slice(1);
      const protocols = program === 'pdns_server' ? ['udp', 'tcp'] : ['tcp'];
      return protocols.flatMap((protocol) =>
        numbers.map(
          (port) => `${protocol} LISTEN 0 1 192.168.10.1:${port} 0.0.0.0:* users:(("${program}",pid=1,fd=2))\n`,
        ),
      );
    })
    .join('');
}

function observed(machine: SimulatedMachine, units: string): string {
  const sections = {
    'os-release': 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n',
    architecture: 'amd64\n',
    clock: '1795336241\n',
    packages: [...machine.packages].map((name) => `${name}\t1.0-1\tinstalled\n`).join(''),
    candidates: '',
    units: shown(machine, units.split(' ')),
    programs: [...machine.files.values()]
      .filter((file) => file.kind === 'file' && file.path.startsWith(runtimePrefix))
      .map((file) =>
        file.kind === 'file' ? `${file.bytes.length} ${file.mode.toString(8)} ${file.owner} ${file.path}\n` : '',
      )
      .join(''),
    interfaces: '[]',
    listeners: listeners(machine),
    manifest: textOf(machine.files.get('/var/lib/evenkeel/manifest.json')),
    end: '',
  };
  return Object.entries(sections)
    .map(([name, text]) => `\n@@evenkeel ${name}\n${text}`)
    .join('');
}

/** A file's text; empty for what is no file. */
export function textOf(file: FileState | undefined): string {
  return file?.kind === 'file' ? new TextDecoder().decode(file.bytes) : '';
}
