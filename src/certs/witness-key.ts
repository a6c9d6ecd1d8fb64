import { randomBytes } from 'node:crypto';
import { readIfThere, writePrivate } from './private-files.ts';

/** As many as SHA-256 gives (RFC 2104, section 3). */
const witnessKeyBytes = 32;

/** The key kept at `path`, made when missing: balancers and witnesses of one edge sign their messages with it. */
export async function openWitnessKey(path: string): Promise<Uint8Array> {
  const kept = (await readIfThere(path))?.trim();
  if (kept !== undefined && /^[0-9a-f]+$/.test(kept) && kept.length === 2 * witnessKeyBytes) {
    return Buffer.from(kept, 'hex');
  }
  const fresh = randomBytes(witnessKeyBytes);
  await writePrivate(path, `${fresh.toString('hex')}\n`);
  return fresh;
}
