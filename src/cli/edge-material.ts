import { dirname, join } from 'node:path';
import type { Emit } from '../base/event.ts';
import { readGivenCertificate } from '../certs/given-certificate.ts';
import { openInternalCa } from '../certs/internal-ca.ts';
import { readIfThere, writePrivate } from '../certs/private-files.ts';
import type { IssuedCertificate } from '../certs/keep-certificate.ts';
import { issueInternal } from '../certs/site-certificate.ts';
import { openTicketKeys } from '../certs/ticket-keys.ts';
import { openWitnessKey } from '../certs/witness-key.ts';
import { takeFileLock } from '../hosts/file-lock.ts';
import { caDomains } from '../model/ca-domains.ts';
import { besideEdge, type Edge } from './edge-file.ts';

/** What an edge serves TLS with. */
export interface EdgeMaterial {
  /** Site name -> certificate. */
  readonly certificates: ReadonlyMap<string, IssuedCertificate>;
  readonly ticketKeys: readonly [Uint8Array, ...Uint8Array[]];
  /** Signs what balancers and witnesses tell each other. */
  readonly witnessKey: Uint8Array;
  /** The edge's own root, to be trusted by clients; undefined when no site uses it. PEM. */
  readonly rootPem: string | undefined;
}

/**
 * Opens the edge's certificates and keys beside the edge file, and makes what is missing: CA, leaves, ticket keys, the witnesses' key.
 * Throws `certificate-invalid` or `file-unreadable` for files that were given and can't serve.
 */
export async function openMaterial(edge: Edge, now: Date, emit: Emit): Promise<EdgeMaterial> {
  await keepOutOfGit(dirname(edge.stateDirectory));
  // Two commands at once must not make two CAs, each with half of its files in place.
  const lock = await takeFileLock(join(edge.stateDirectory, 'lock'));
  try {
    return await openLocked(edge, now, emit);
  } finally {
    await lock.release();
  }
}

async function openLocked(edge: Edge, now: Date, emit: Emit): Promise<EdgeMaterial> {
  const { model, directory, stateDirectory } = edge;
  const certificates = new Map<string, IssuedCertificate>();
  const ticketKeys = await openTicketKeys(join(stateDirectory, 'tickets'));
  const witnessKey = await openWitnessKey(join(stateDirectory, 'witness.key'));
  for (const site of model.sites) {
    if (site.tls.kind !== 'files') continue;
    const { certificate, key } = site.tls;
    const files = { site: site.name, certificate: besideEdge(directory, certificate), key: besideEdge(directory, key) };
    certificates.set(site.name, await readGivenCertificate(files, now));
  }
  const internal = model.sites.filter((site) => site.tls.kind === 'internal');
  if (internal.length === 0) return { certificates, ticketKeys, witnessKey, rootPem: undefined };
  const scope = { edge: model.name, domains: caDomains(model) };
  const ca = await openInternalCa(join(stateDirectory, 'ca'), scope, now);
  if (!ca.existing) {
    const path = join(stateDirectory, 'ca', 'root.crt');
    emit({ code: 'note', level: 'info', data: { text: `made the edge's own CA; clients have to trust ${path}` } });
  }
  for (const site of internal) {
    certificates.set(site.name, await issueInternal(join(stateDirectory, 'sites'), site, { ca, now }));
  }
  return { certificates, ticketKeys, witnessKey, rootPem: ca.rootPem };
}

/** Keeps git away from this directory: private keys lie there, beside a file that people keep in git. */
export async function keepOutOfGit(directory: string): Promise<void> {
  const path = join(directory, '.gitignore');
  if ((await readIfThere(path)) === undefined) {
    await writePrivate(path, '# Private keys of the edge: made by evenkeel, not for git.\n*\n');
  }
}

/** The root of the edge's own CA, if it has been made. PEM. */
export async function trustedRoot(edge: Edge): Promise<string | undefined> {
  return readIfThere(join(edge.stateDirectory, 'ca', 'root.crt'));
}
