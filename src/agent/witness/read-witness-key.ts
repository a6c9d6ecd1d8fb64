import { readFile } from 'node:fs/promises';
import { witnessKeyBytes, witnessKeyPath } from '../../model/witness-paths.ts';

/** The key of the edge. Throws a plain Error that says what is wrong with the file, and never what is in it. */
export async function readWitnessKey(path: string = witnessKeyPath): Promise<Uint8Array> {
  const text = (await readFile(path, 'utf8')).trim();
  if (!/^[0-9a-f]+$/.test(text) || text.length !== 2 * witnessKeyBytes) {
    throw new Error(`${path} does not hold ${witnessKeyBytes} bytes in hex`);
  }
  return Buffer.from(text, 'hex');
}
