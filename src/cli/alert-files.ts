import { alertFilesOf, type AlertFiles } from '../model/check-alerts.ts';
import { readReceiverFile } from '../server/alerts/secret-file.ts';
import type { EdgeDocument } from '../spec/edge-document.ts';

/** What is wrong with the files that receivers of alerts need: one that is well has no entry. Nothing of what is in them is kept. */
export async function alertFileTroubles(document: EdgeDocument, directory: string): Promise<AlertFiles> {
  const troubles = new Map<string, { readonly message: string; readonly fix: string }>();
  for (const { file, holds } of alertFilesOf(document)) {
    const read = await readReceiverFile(directory, file, holds);
    if (!read.ok) troubles.set(file, read.error);
  }
  return troubles;
}
