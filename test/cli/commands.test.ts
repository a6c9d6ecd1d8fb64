import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evenkeel, evenkeelPath, runProgram } from '../kit/cli.ts';
import { exampleFile } from '../kit/example-model.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-cli-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const snapshot = (name: string): string => `snapshots/${name}.txt`;

/** Runs the program in the test's own directory. */
async function here(...words: readonly string[]): ReturnType<typeof runProgram> {
  return runProgram([evenkeelPath, ...words], { cwd: directory });
}

describe('help', () => {
  test('names every command and the exit codes', async () => {
    const run = await evenkeel('--help');
    expect(run.exitCode).toBe(0);
    await expect(run.stdout).toMatchFileSnapshot(snapshot('help'));
  });

  test('an unknown command or flag is a usage error and names the nearest', async () => {
    const command = await evenkeel('chekc');
    expect(command.exitCode).toBe(2);
    expect(command.stderr).toContain('check');
    const flag = await evenkeel('check', '--jsno');
    expect(flag.exitCode).toBe(2);
    expect(flag.stderr).toContain('--json');
  });
});

describe('check', () => {
  test('tells what a right file means', async () => {
    const run = await evenkeel('check', '-f', exampleFile('devops.com'));
    expect(run.exitCode).toBe(0);
    await expect(run.stdout.replace(exampleFile('devops.com'), 'edge.yaml')).toMatchFileSnapshot(snapshot('check'));
  });

  test('shows everything that is wrong at once, each with place and fix', async () => {
    const text = await readFile(exampleFile('devops.com'), 'utf8');
    const wrong = text
      .replace('address: 192.168.10.100', 'address: 10.0.0.1')
      .replace('preferred: lb2', 'prefered: lb2')
      .replace('backends: [web1, web2]', 'backends: [web1, web9]');
    await writeFile(join(directory, 'edge.yaml'), wrong);
    const run = await here('check');
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toBe('');
    await expect(run.stderr).toMatchFileSnapshot(snapshot('check-wrong'));
  });

  test('the same as JSON', async () => {
    await writeFile(join(directory, 'edge.yaml'), 'version: 2\n');
    const run = await here('check', '--json');
    expect(run.exitCode).toBe(2);
    const document: unknown = JSON.parse(run.stdout);
    expect(document).toMatchObject({ version: 1, ok: false });
    expect(JSON.stringify(document)).toContain('"position"');
  });

  test('given certificates are read: names, key, and what is not there', async () => {
    const make = async (name: string, host: string) => {
      const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
      const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
      const argv = [
        'openssl',
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
      ] as const;
      const made = await runProgram([...argv, ...files, ...subject, '-days', '30'], { cwd: directory });
      expect(made.exitCode, made.stderr).toBe(0);
    };
    await make('shop', 'devops.com');
    await make('other', 'www.devops.com');
    const text = await readFile(exampleFile('devops.com'), 'utf8');
    const given = async (certificate: string, key: string) => {
      const tls = `pool: web, tls: { certificate: ${certificate}, key: ${key} } }`;
      await writeFile(join(directory, 'edge.yaml'), text.replace('pool: web }', tls));
      return here('check');
    };
    const uncovered = await given('shop.pem', 'shop.key');
    expect([uncovered.exitCode, uncovered.stderr]).toEqual([2, expect.stringContaining('EK507')]);
    expect(uncovered.stderr).toContain('does not cover www.devops.com');
    const stranger = await given('shop.pem', 'other.key');
    expect([stranger.exitCode, stranger.stderr]).toEqual([2, expect.stringContaining('is not the key of')]);
    const noPem = await given('edge.yaml', 'shop.key');
    expect([noPem.exitCode, noPem.stderr]).toEqual([2, expect.stringContaining('holds no PEM certificate')]);
    // Where the file is checked, keys need not be.
    const absent = await given('nope.pem', 'nope.key');
    expect([absent.exitCode, absent.stderr]).toEqual([0, expect.stringContaining('warning EK512')]);
    const endless = await given('/dev/zero', '/dev/zero');
    expect([endless.exitCode, endless.stderr]).toEqual([0, expect.stringContaining('warning EK512')]);
  });

  test('a reader that has gone changes nothing: the work goes to its end', async () => {
    await writeFile(join(directory, 'edge.yaml'), 'version: 2\n');
    const child = spawn(evenkeelPath, ['check'], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    child.stderr.destroy();
    const [code, signal]: unknown[] = await once(child, 'exit');
    expect([code, signal]).toEqual([2, null]);
  });

  test('a file that is not there is said with the next step', async () => {
    const run = await here('check');
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('there is no file edge.yaml');
    expect(run.stderr).toContain('evenkeel init > edge.yaml');
  });

  test('a file of 10 MB and a billion laughs are refused at once', async () => {
    await writeFile(join(directory, 'edge.yaml'), `# ${'x'.repeat(10_000_000)}\n`);
    const large = await here('check');
    expect(large.exitCode).toBe(2);
    const laughs = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 0; level < 10; level += 1) {
      const name = String.fromCodePoint(98 + level);
      const before = String.fromCodePoint(97 + level);
      laughs.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`);
    }
    await writeFile(join(directory, 'edge.yaml'), `${laughs.join('\n')}\n`);
    const bomb = await here('check');
    expect(bomb.exitCode).toBe(2);
    expect(bomb.stderr).toMatch(/alias/);
  });
});

test('init writes a file that check finds right, and schema a schema', async () => {
  const init = await here('init', '--name', 'shop');
  expect(init.exitCode).toBe(0);
  await writeFile(join(directory, 'edge.yaml'), init.stdout);
  const check = await here('check');
  expect(check.exitCode, check.stderr).toBe(0);
  expect(check.stdout).toContain('the edge "shop" is right');
  const schema = await here('schema');
  expect(JSON.parse(schema.stdout)).toMatchObject({ type: 'object' });
});

test('init refuses a name that its own file would be refused for', async () => {
  const init = await here('init', '--name', 'Bad Name');
  expect(init).toMatchObject({ exitCode: 2, stdout: '' });
  expect(init.stderr).toContain('Bad Name');
});

describe('render', () => {
  test('writes DIR/HOST/absolute/path and leaves secrets out unless asked', async () => {
    const run = await here('render', '-f', exampleFile('devops.com'), '-o', 'tree');
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await readdir(join(directory, 'tree'))).toEqual(['dns1', 'dns2', 'lb1', 'lb2', 'web1', 'web2']);
    const conf = await readFile(join(directory, 'tree/lb1/etc/keepalived/keepalived.conf'), 'utf8');
    expect(conf).toContain('192.168.10.100/32');
    expect(await readdir(join(directory, 'tree/lb1/etc/nginx/evenkeel'))).not.toContain('tls');
    expect(run.stdout).toContain('left out');
  });

  test('with secrets, a key is never readable by others, whatever file was there', async () => {
    await writeFile(join(directory, 'edge.yaml'), await readFile(exampleFile('devops.com'), 'utf8'));
    const key = join(directory, 'tree/lb1/etc/nginx/evenkeel/tls/devops.com/key.pem');
    await mkdir(dirname(key), { recursive: true });
    await writeFile(key, '', { mode: 0o644 });
    const run = await here('render', '-o', 'tree', '--secrets');
    expect(run.exitCode, run.stderr).toBe(0);
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, '.evenkeel'))).mode & 0o777).toBe(0o700);
    expect(await readFile(join(directory, '.evenkeel/.gitignore'), 'utf8')).toContain('\n*\n');
  });

  test('differs between Debian 12 and 13 where the daemons differ', async () => {
    const site = 'lb1/etc/nginx/evenkeel/sites/devops.com.conf';
    for (const release of ['debian12', 'debian13']) {
      const run = await here('render', '-f', exampleFile('devops.com'), '-o', release, '--release', release);
      expect(run.exitCode, run.stderr).toBe(0);
    }
    expect(await readFile(join(directory, 'debian12', site), 'utf8')).toContain('http2;');
    expect(await readFile(join(directory, 'debian13', site), 'utf8')).toContain('http2 on;');
  });
});

describe('the reference profile', () => {
  test('is rendered when asked for', async () => {
    const run = await here('render', '-f', exampleFile('devops.com'), '-o', 'tree', '--profile', 'reference');
    expect(run.exitCode, run.stderr).toBe(0);
    const conf = await readFile(join(directory, 'tree/lb1/etc/keepalived/keepalived.conf'), 'utf8');
    expect(conf).toContain('vrrp_script check_nginx');
  });

  test.each(['plan', 'apply'])(
    '%s refuses it for real hosts in one sentence, before anything is read',
    async (verb) => {
      const run = await here(verb, '--profile', 'reference');
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
      expect(run.stderr.trim().split('\n')).toHaveLength(1);
      expect(run.stderr).toContain('for the lab only');
    },
  );
});

test.each(['physical', 'flow'])('diagram --view %s is SVG with the right addresses', async (view) => {
  const run = await here('diagram', '-f', exampleFile('devops.com'), '--view', view);
  expect(run.exitCode, run.stderr).toBe(0);
  expect(run.stdout).toMatch(/^<svg /);
  for (const address of ['192.168.10.100', '192.168.10.200', '192.168.10.21']) expect(run.stdout).toContain(address);
});

test('export writes seven scripts that are valid shell', async () => {
  const run = await here('export', '--format', 'bash', '-f', exampleFile('devops.com'), 'scripts');
  expect(run.exitCode, run.stderr).toBe(0);
  const names = (await readdir(join(directory, 'scripts'))).sort();
  expect(names).toEqual(['dns1.sh', 'dns2.sh', 'lb1.sh', 'lb2.sh', 'tls.sh', 'web1.sh', 'web2.sh']);
  for (const name of names) {
    const checked = await runProgram(['sh', '-n', join(directory, 'scripts', name)]);
    expect(checked.exitCode, `${name}: ${checked.stderr}`).toBe(0);
  }
});

test('a file that can not be written is no bug of ours', async () => {
  const run = await here('diagram', '-f', exampleFile('devops.com'), '-o', join(directory, 'none', 'x.svg'));
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain(`${join(directory, 'none', 'x.svg')} can't be used: ENOENT`);
});

test('export refuses a host whose script would be tls.sh', async () => {
  const text = await readFile(exampleFile('devops.com'), 'utf8');
  await writeFile(join(directory, 'edge.yaml'), text.replaceAll('web1', 'tls'));
  const run = await here('export', 'scripts');
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain('tls.sh');
});

test('a lab that is not running, and consent that nobody can give', async () => {
  const status = await here('status', '--lab', '-f', exampleFile('devops.com'), '--suffix', `none-${process.pid}`);
  expect(status.exitCode).toBe(1);
  const isRoot = process.getuid?.() === 0;
  expect(status.stderr).toContain(isRoot ? 'is not running' : 'only root can use a lab');
  const file = exampleFile('devops.com');
  const next = isRoot ? `bin/evenkeel lab up -f ${file} --suffix none-${process.pid}` : 'sudo';
  expect(status.stderr).toContain(next);
});

test('completion proposes commands', async () => {
  const script = await here('completion');
  expect(script.stdout).toContain('complete -o default -F _evenkeel evenkeel');
  const proposals = await here('completion', '--', 'evenkeel', 'di');
  expect(proposals.stdout.trim()).toBe('diagram');
});

test.each(['physical', 'flow'])('the README’s %s picture is what diagram draws', async (view) => {
  const drawn = await evenkeel('diagram', '-f', exampleFile('devops.com'), '--view', view);
  const kept = await readFile(new URL(`../../docs/pictures/${view}.svg`, import.meta.url), 'utf8');
  expect(drawn.stdout).toBe(kept);
});

test('the README’s mistake is shown as the program shows it', async () => {
  const text = await readFile(exampleFile('devops.com'), 'utf8');
  await writeFile(
    join(directory, 'edge.yaml'),
    text.replace('192.168.10.100, preferred: lb1', '192.168.10.100, preferred: lb3'),
  );
  const run = await here('check');
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const shown = run.stderr.split('\n').slice(0, 4).join('\n');
  expect(shown).toContain('lb3');
  expect(readme).toContain(shown);
});

test('two commands at once make one CA, whose key fits its certificate', async () => {
  await writeFile(join(directory, 'edge.yaml'), await readFile(exampleFile('devops.com'), 'utf8'));
  const runs = await Promise.all([1, 2, 3].map((number) => here('render', '--secrets', '-o', `tree${number}`)));
  for (const run of runs) expect(run.exitCode, run.stderr).toBe(0);
  const chains = await Promise.all(
    [1, 2, 3].map((number) =>
      readFile(join(directory, `tree${number}/lb1/etc/nginx/evenkeel/tls/devops.com/chain.pem`), 'utf8'),
    ),
  );
  expect(new Set(chains).size).toBe(1);
  const ca = join(directory, '.evenkeel/devops/ca');
  const ofKey = await runProgram(['openssl', 'pkey', '-in', join(ca, 'root.key'), '-pubout']);
  const ofCertificate = await runProgram(['openssl', 'x509', '-in', join(ca, 'root.crt'), '-noout', '-pubkey']);
  expect(ofKey.stdout).toBe(ofCertificate.stdout);
});
