import { isObject, parseJson } from '../facts/fields.ts';
import type { AskHandler } from './agent-part.ts';
import { errorWords } from '../base/error-words.ts';

/** The questions an agent answers. */
export interface AskRegistry {
  /** Throws a plain Error when the name is taken by another owner; an owner may replace its own. */
  readonly register: (owner: string, name: string, handler: AskHandler) => void;
  /** One line of a request -> one line of an answer: `{"ok": true, "answer": ...}` or `{"ok": false, "error": "..."}`. */
  readonly answer: (line: string) => Promise<string>;
}

/** An empty registry. */
export function askRegistry(): AskRegistry {
  const handlers = new Map<string, { readonly owner: string; readonly handler: AskHandler }>();
  return {
    register(owner, name, handler) {
      const taken = handlers.get(name);
      if (taken !== undefined && taken.owner !== owner) throw new Error(`${taken.owner} answers ${name} already`);
      handlers.set(name, { owner, handler });
    },
    async answer(line) {
      const request = parseJson(line);
      if (!isObject(request) || typeof request['ask'] !== 'string') {
        return refusal('a request is one JSON object with "ask"');
      }
      const found = handlers.get(request['ask']);
      if (found === undefined) {
        return refusal(`nobody answers ${request['ask']}; known: ${[...handlers.keys()].sort().join(', ')}`);
      }
      try {
        return JSON.stringify({ ok: true, answer: (await found.handler(request)) ?? null });
      } catch (error) {
        return refusal(errorWords(error));
      }
    },
  };
}

function refusal(error: string): string {
  return JSON.stringify({ ok: false, error });
}
