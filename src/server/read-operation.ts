import { failure, type Result, success } from '../base/result.ts';
import { isObject, parseJson, textAt } from '../facts/fields.ts';
import type { OperationRequest } from './operations.ts';

/** The longest reason, in characters. */
const longestReason = 500;

/** Reads what the page sends to begin an operation; the error says what is wrong with it, without a final stop. */
export function readOperation(body: string): Result<OperationRequest, string> {
  const value = parseJson(body);
  if (!isObject(value)) return failure('the request is no JSON object');
  const does = value['does'];
  if (does !== 'move' && does !== 'drain' && does !== 'undrain' && does !== 'drill') {
    return failure('"does" must be one of move, drain, undrain, drill');
  }
  const reason = textAt(value, 'reason');
  if (reason.length > longestReason) return failure(`the reason is longer than ${longestReason} characters`);
  return success({ does, subject: textAt(value, 'subject'), target: textAt(value, 'target'), reason });
}
