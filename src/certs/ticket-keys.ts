import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writePrivate } from './private-files.ts';

/** 80 bytes: AES-256 (nginx ssl_session_ticket_key). */
const ticketKeyBytes = 80;

/**
 * The TLS session ticket keys kept in `directory`, made when missing: current (encrypts), next and previous. All
 * balancers share them, so that a session resumes after its VIP moved.
 */
export async function openTicketKeys(directory: string): Promise<readonly [Uint8Array, Uint8Array, Uint8Array]> {
  return [
    await openKey(join(directory, 'current.key')),
    await openKey(join(directory, 'next.key')),
    await openKey(join(directory, 'previous.key')),
  ];
}

async function openKey(path: string): Promise<Uint8Array> {
  const kept = await readIfThere(path);
  if (kept !== undefined) {
    const bytes = Buffer.from(kept.trim(), 'base64');
    if (bytes.length === ticketKeyBytes) return bytes;
  }
  const fresh = randomBytes(ticketKeyBytes);
  await writePrivate(path, `${fresh.toString('base64')}\n`);
  return fresh;
}
