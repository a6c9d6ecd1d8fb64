import { open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { errorWords, isMissing } from '../../base/error-words.ts';
import { failure, type Result, success } from '../../base/result.ts';

/** What is wrong with a file, as in a diagnostic: what, and what to do. */
export interface FileTrouble {
  readonly message: string;
  readonly fix: string;
}

/** A secret is a line; certificates are some kilobytes. Bytes. */
const longest = { secret: 4_096, certificates: 1024 * 1024 } as const;

/**
 * Reads a file that a receiver of alerts needs, relative to the directory of the edge file. A secret is one line of a file that nobody but its
 * owner may read; its line end is no part of it. It is read each time it is needed, so that it can be changed while the dashboard runs.
 */
export async function readReceiverFile(
  directory: string,
  file: string,
  holds: keyof typeof longest,
): Promise<Result<string, FileTrouble>> {
  const path = isAbsolute(file) ? file : join(directory, file);
  try {
    const handle = await open(path, 'r');
    try {
      const found = await handle.stat();
      if (!found.isFile()) return trouble(`${file} is no file`, 'name a file');
      if (holds === 'secret' && (found.mode & 0o077) !== 0) {
        const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
        return trouble(`${file} can be read by others than its owner (mode ${mode})`, `chmod 600 ${file}`);
      }
      if (found.size > longest[holds])
        return trouble(`${file} is larger than ${longest[holds]} bytes`, 'name another file');
      const text = await handle.readFile('utf8');
      return holds === 'secret' ? oneLine(file, text) : success(text);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error))
      return trouble(`there is no file ${file}`, 'give a path relative to the edge file, or an absolute one');
    return trouble(`${file} can't be read: ${errorWords(error)}`, 'see its permissions');
  }
}

/** Anything else than one visible line could not be sent, or would be sent as something else. */
function oneLine(file: string, text: string): Result<string, FileTrouble> {
  const line = text.replace(/\r?\n$/, '');
  if (line.trim() === '') return trouble(`${file} is empty`, 'write the secret into it, as one line');
  return /^[ -~\u00a0-\uffff]+$/u.test(line) && !/\p{C}/u.test(line)
    ? success(line)
    : trouble(
        `${file} holds more than one line, or characters that can't be sent`,
        'write the secret alone, as one line',
      );
}

function trouble(message: string, fix: string): Result<never, FileTrouble> {
  return failure({ message, fix });
}
