import { mkdir, readdir, readFile, rename, rm, stat, statfs, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { Release } from '../base/release.ts';
import { takeFileLock } from '../hosts/file-lock.ts';
import { runLocal } from '../hosts/process.ts';
import { removeImageFolder, removeUnfinishedImages, unfinishedPrefix } from './image-leftovers.ts';
import { imageProgress, saysDiskFull } from './image-progress.ts';
import { watchSilence } from './image-silence.ts';
import { imagesFolder } from './lab-paths.ts';
import { imageSources, mirrorFromSources } from './mirror.ts';
import { imageName, imageRecipe } from './recipe.ts';
import type { ImageRecipe } from './recipe.ts';

/** What a build takes at its largest: packages, their archives and apt's lists (measured). */
const takenBytes = 0.6 * 1024 ** 3;
/** What must be free before a build begins: what it takes, doubled and rounded up. */
const neededBytes = 1.5 * 1024 ** 3;
/** How long mmdebstrap may say nothing. Usual: a few seconds; apt itself gives up on a silent mirror after 30 s and says so. */
const silenceMs = 180_000;

/** The folder of the release's image, whether it exists or not. */
export function imageFolder(release: Release): string {
  return `${imagesFolder()}/${imageName(imageRecipe(release))}`;
}

/**
 * Returns the folder of the release's image and builds it first when it is not there: under another name, renamed when it
 * is whole. A build that says nothing for `patienceMs` is ended. Throws Faults `disk-full`, `image-build-failed`, `interrupted`.
 */
export async function buildImage(
  release: Release,
  emit: Emit,
  { signal, patienceMs = silenceMs }: { readonly signal?: AbortSignal | undefined; readonly patienceMs?: number } = {},
): Promise<string> {
  const folder = imageFolder(release);
  if (await exists(folder)) return folder;
  const lock = await takeFileLock(`${imagesFolder()}/.lock`, {
    ...(signal === undefined ? {} : { signal }),
    onWait: () => {
      emit({ code: 'note', level: 'info', data: { text: 'another evenkeel is building an image; waiting for it' } });
    },
  });
  try {
    await removeUnfinishedImages(emit);
    if (await exists(folder)) return folder;
    await buildInto(folder, { recipe: imageRecipe(release), emit, signal, patienceMs });
    return folder;
  } finally {
    await lock.release();
  }
}

interface Build {
  readonly recipe: ImageRecipe;
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
  readonly patienceMs: number;
}

async function buildInto(folder: string, build: Build): Promise<void> {
  const { recipe, emit } = build;
  const task = `image-${recipe.release}`;
  const started = performance.now();
  const temporary = `${imagesFolder()}/${unfinishedPrefix}${imageName(recipe)}`;
  const title = `building the ${recipe.release} image (once; about 300 MB in ${imagesFolder()})`;
  emit({ code: 'task-started', level: 'info', data: { task, title } });
  try {
    await assertSpace();
    await bootstrap(temporary, build);
    await finish(temporary, recipe);
    await rename(temporary, folder);
  } catch (error) {
    emit({ code: 'task-failed', level: 'error', data: { task, note: 'no image', ms: performance.now() - started } });
    await removeImageFolder(temporary);
    throw error;
  }
  emit({ code: 'task-done', level: 'info', data: { task, note: folder, ms: performance.now() - started } });
}

async function bootstrap(target: string, { recipe, emit, signal, patienceMs }: Build): Promise<void> {
  const task = `image-${recipe.release}`;
  const read = imageProgress();
  const sources = imageSources(mirrorFromSources(await aptSources()), recipe.codename);
  const proxy = await aptProxy();
  const argv = [
    // If this program is killed, the kernel ends mmdebstrap too (PR_SET_PDEATHSIG), which then cleans up after itself.
    ...(['setpriv', '--pdeathsig', 'TERM'] as const),
    'mmdebstrap',
    '--verbose',
    '--mode=root',
    '--variant=minbase',
    '--format=directory',
    `--include=${recipe.packages.join(',')}`,
    ...recipe.dpkgOptions.map((option) => `--dpkgopt=${option}`),
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=Acquire::Languages "none"',
    ...(proxy === '' ? [] : [`--aptopt=Acquire::http::Proxy "${proxy}"`]),
    recipe.codename,
    target,
    ...sources,
  ] as const;
  const silence = watchSilence(patienceMs);
  const outcome = await runLocal({
    argv,
    terminal: 'shielded',
    onLine: (line) => {
      silence.heard(line);
      const data = read(line);
      if (data !== undefined) emit({ code: 'task-progress', level: 'progress', data: { task, ...data } });
    },
    signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
  })
    .catch(async (error: unknown) => {
      throw silence.signal.aborted && signal?.aborted !== true ? await fellSilent(recipe, silence.last()) : error;
    })
    .finally(silence.stop);
  if (outcome.exitCode === 0) return;
  const said = `${outcome.stdout}\n${outcome.stderr}`;
  if (saysDiskFull(said)) throw diskFull('the disk filled up while the image was built');
  const lines = said.split('\n').filter((line) => /^(E:|W:|Err:|dpkg:)/.test(line));
  throw new Fault({
    code: 'image-build-failed',
    message: `mmdebstrap could not build the ${recipe.release} image`,
    command: ['mmdebstrap', recipe.codename, target],
    said: lines.slice(-10).join('\n'),
    state: 'the unfinished image was removed',
    next: `check that this computer reaches ${sources[0]?.split(' ')[1] ?? 'its Debian mirror'}, then try again`,
  });
}

/**
 * The refusal of a build that said nothing for too long. Often that is a disk that was full for a moment: apt 2.6.1 then waits for
 * its own unpacker for ever, about one time in twenty (seen; the part that did not fit is gone again).
 */
async function fellSilent(recipe: ImageRecipe, lastLine: string): Promise<Fault> {
  const free = await freeBytes();
  if (free < neededBytes - takenBytes) {
    return diskFull(`${gigabytes(free)} GB are free, and mmdebstrap said nothing any more`);
  }
  return new Fault({
    code: 'image-build-failed',
    message: `mmdebstrap said nothing any more while it built the ${recipe.release} image, and was stopped`,
    command: ['mmdebstrap', recipe.codename],
    said: lastLine,
    state: 'the unfinished image was removed',
    next: 'try again',
  });
}

/** Makes of a plain Debian what a machine of the lab starts from. */
async function finish(target: string, recipe: ImageRecipe): Promise<void> {
  const systemctl = async (verb: string, units: readonly string[]) => {
    const outcome = await runLocal({ argv: ['systemctl', `--root=${target}`, verb, ...units] });
    if (outcome.exitCode === 0) return;
    throw new Fault({
      code: 'image-build-failed',
      message: `systemctl ${verb} failed in the new image`,
      said: outcome.stderr.trim(),
      state: 'the unfinished image was removed',
    });
  };
  const installed = new Set(await unitNames(target));
  await systemctl(
    'disable',
    recipe.disabledUnits.filter((unit) => installed.has(unit.replace(/@.*\./, '@.'))),
  );
  await systemctl('mask', recipe.maskedUnits);
  for (const [path, content] of Object.entries(recipe.files)) {
    await mkdir(dirname(`${target}/${path}`), { recursive: true });
    await writeFile(`${target}/${path}`, content);
  }
  // Each machine brings its own host key and machine id. An empty id file, so that nothing takes it for a first boot.
  const keys = (await readdir(`${target}/etc/ssh`)).filter((name) => name.startsWith('ssh_host_'));
  for (const name of keys) await rm(`${target}/etc/ssh/${name}`);
  await rm(`${target}/etc/machine-id`, { force: true });
  await rm(`${target}/var/lib/dbus/machine-id`, { force: true });
  await truncate(`${target}/etc/resolv.conf`).catch(() => undefined);
}

async function unitNames(target: string): Promise<readonly string[]> {
  return readdir(`${target}/usr/lib/systemd/system`);
}

async function assertSpace(): Promise<void> {
  const free = await freeBytes();
  if (free < neededBytes) throw diskFull(`${gigabytes(free)} GB are free`);
}

async function freeBytes(): Promise<number> {
  const { bavail, bsize } = await statfs(imagesFolder());
  return bavail * bsize;
}

function diskFull(what: string): Fault {
  return new Fault({
    code: 'disk-full',
    message: `the image needs ${gigabytes(neededBytes)} GB in ${imagesFolder()}: ${what}`,
    state: 'the unfinished image was removed',
    next: 'make room there, or name another folder: EVENKEEL_CACHE=/somewhere/else',
  });
}

function gigabytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}

async function aptSources(): Promise<readonly string[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(list|sources)$/.test(name)).sort();
  const paths = ['/etc/apt/sources.list', ...names.map((name) => `${folder}/${name}`)];
  return Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
}

/** The proxy that this computer's own apt uses; mmdebstrap does not read the computer's apt.conf. */
async function aptProxy(): Promise<string> {
  const outcome = await runLocal({ argv: ['apt-config', 'shell', 'PROXY', 'Acquire::http::Proxy'] });
  return /^PROXY='([^'"]*)'/.exec(outcome.stdout)?.[1] ?? '';
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
