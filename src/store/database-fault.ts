import { Fault } from '../base/fault.ts';
import type { DatabaseSchema } from './database-schema.ts';

/** Result codes of SQLite (https://sqlite.org/rescode.html); the low byte of an extended one. */
const codes = { busy: 5, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const;

/** What went wrong with the database at `path`, as a Fault; a Fault and a bug stay what they are. */
export function databaseFault(path: string, schema: DatabaseSchema, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Fault) return error;
  const said = error.message;
  if (systemCode(error) === 'ENOSPC') return fullFault(path, schema, error);
  switch (sqliteCode(error)) {
    case codes.full:
      return fullFault(path, schema, error);
    case codes.corrupt:
    case codes.notADatabase:
      return new Fault(
        {
          code: 'file-unreadable',
          message: `${schema.name} ${path} is damaged`,
          said,
          state: 'it was not touched',
          next: `move it away, and ${schema.renewed}: mv ${path} ${path}.damaged`,
        },
        error,
      );
    case codes.busy:
      return new Fault(
        {
          code: 'file-unreadable',
          message: `another command has kept ${path} for too long`,
          said,
          next: `see who has it open, and try again: fuser ${path}`,
        },
        error,
      );
    case codes.readOnly:
    case codes.ioError:
    case codes.cannotOpen:
      return new Fault(
        { code: 'file-unreadable', message: `${path} can't be used`, said, next: 'see its disk and its permissions' },
        error,
      );
    default:
      return error;
  }
}

function fullFault(path: string, { name, lost }: DatabaseSchema, error: Error): Fault {
  return new Fault(
    {
      code: 'disk-full',
      message: `there is no room for ${name} ${path}`,
      said: error.message,
      state: `what is in it is as it was; ${lost}`,
      next: `make room on its disk: df ${path}`,
    },
    error,
  );
}

function sqliteCode(error: Error): number | undefined {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

function systemCode(error: Error): unknown {
  return 'code' in error ? error.code : undefined;
}
