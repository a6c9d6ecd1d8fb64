import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { Fault } from '../base/fault.ts';
import { tryGivenCertificate } from '../certs/given-certificate.ts';
import { certificateNames } from '../certs/site-certificate.ts';
import type { GivenCertificate, GivenCertificates } from '../model/check-certificates.ts';
import type { Model } from '../model/model.ts';
import { readModel } from '../model/read-model.ts';
import { resolveModel } from '../model/resolve-model.ts';
import { printDiagnostics } from '../report/print-diagnostics.ts';
import type { EdgeDocument } from '../spec/edge-document.ts';
import { readEdgeFile } from '../spec/read-edge-file.ts';
import { sizeLimit, tooLarge } from '../spec/file-size.ts';
import { alertFileTroubles } from './alert-files.ts';
import type { CliContext } from './context.ts';
import { InvalidInput } from './run-command.ts';

/** An edge file that was read and found right. */
export interface Edge {
  /** As the person named it; stands in messages. */
  readonly file: string;
  /** Absolute directory that relative paths in the file start from. */
  readonly directory: string;
  /** Absolute directory of the CA, certificates and keys; beside the edge file. */
  readonly stateDirectory: string;
  readonly text: string;
  readonly model: Model;
}

/** What reading an edge file gave: the edge, or only what is wrong with it. */
export type EdgeReading =
  | { readonly ok: true; readonly edge: Edge; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads and resolves the edge file. Throws a Fault only when the file can't be read at all. */
export async function readEdge(context: CliContext, file: string): Promise<EdgeReading> {
  const path = resolve(context.cwd, file);
  const size = await stat(path).then(
    (found) => found.size,
    (error: unknown) => {
      throw unreadable(file, error);
    },
  );
  if (size > sizeLimit) return { ok: false, diagnostics: [tooLarge(file, size)] };
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const read = readEdgeFile({ file, text });
  if (!read.ok) {
    // Parts of the wrong shape do not hide what is wrong with the others.
    const judged = readModel({ file, text });
    return { ok: false, diagnostics: judged.ok ? read.error : judged.error };
  }
  const directory = dirname(path);
  const resolved = resolveModel(read.value, {
    certificates: await givenCertificates(read.value, { directory, now: context.now() }),
    alertFiles: await alertFileTroubles(read.value, directory),
  });
  if (!resolved.ok) return { ok: false, diagnostics: resolved.error };
  const { model, warnings } = resolved.value;
  const stateDirectory = join(directory, '.evenkeel', model.name);
  return { ok: true, diagnostics: warnings, edge: { file, directory, stateDirectory, text, model } };
}

/**
 * Reads the edge file into a Model. Wrong input is printed whole, all diagnostics at once, and ends the command with
 * `InvalidInput`; warnings go to standard error. Throws a Fault when the file can't be read at all.
 */
export async function loadEdge(context: CliContext, file: string): Promise<Edge> {
  const read = await readEdge(context, file);
  if (read.diagnostics.length > 0) context.printError(printDiagnostics(read.diagnostics));
  if (!read.ok) throw new InvalidInput();
  return read.edge;
}

/** A path of the edge file as an absolute one. */
export function besideEdge(directory: string, path: string): string {
  return isAbsolute(path) ? path : join(directory, path);
}

/** What is known of each certificate that a site names. One after the other: thousands at once would be too many open files. */
async function givenCertificates(
  document: EdgeDocument,
  { directory, now }: { readonly directory: string; readonly now: Date },
): Promise<GivenCertificates> {
  const given = new Map<string, GivenCertificate>();
  for (const [site, { tls }] of Object.entries(document.spec.sites ?? {})) {
    if (tls === undefined || tls === 'internal') continue;
    const [certificate, key] = [besideEdge(directory, tls.certificate), besideEdge(directory, tls.key)];
    const read = await tryGivenCertificate({ site, certificate, key }, now);
    given.set(site, read.ok ? { kind: 'usable', names: certificateNames(read.value.chainPem) } : read.error);
  }
  return given;
}

function unreadable(file: string, error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const write = `write a new one: evenkeel init > ${file}`;
  switch (code) {
    case 'ENOENT':
      return new Fault(
        {
          code: 'file-unreadable',
          message: `there is no file ${file}`,
          next: `name the edge file with -f FILE, or ${write}`,
        },
        error,
      );
    case 'EISDIR':
      return new Fault(
        {
          code: 'file-unreadable',
          message: `${file} is a directory`,
          next: `name the edge file in it: -f ${join(file, 'edge.yaml')}`,
        },
        error,
      );
    default:
      return new Fault(
        {
          code: 'file-unreadable',
          message: `${file} can't be read`,
          said: error instanceof Error ? error.message : '',
          next: 'see its permissions, or name another edge file with -f FILE',
        },
        error,
      );
  }
}
