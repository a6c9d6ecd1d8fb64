import { agentFormat } from '../model/agent-config.ts';
import type {
  AgentBackend,
  AgentConfig,
  AgentFailback,
  AgentNeighbour,
  AgentPool,
  AgentReadiness,
  AgentVip,
} from '../model/agent-config.ts';
import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { isObject, parseJson } from '../facts/fields.ts';
import type { JsonObject } from '../facts/fields.ts';

/**
 * Reads what an agent is told. An error, in words, for what is no JSON, has another format, or lacks a field or has a
 * wrong one: an agent that guesses would act on half of what is true. Fields it does not know are passed over.
 */
export function readAgentConfig(text: string): Result<AgentConfig, string> {
  const value = parseJson(text);
  if (!isObject(value)) return failure('it is not a JSON object');
  if (value['format'] !== agentFormat) {
    return failure(`it has format ${JSON.stringify(value['format'])}; this agent reads format ${agentFormat}`);
  }
  try {
    return success(configOf(value));
  } catch (error) {
    if (error instanceof Misfit) return failure(error.message);
    throw error;
  }
}

/** A field that is not as it must be. */
class Misfit extends Error {}

function configOf(value: JsonObject): AgentConfig {
  const role = text(value, 'role');
  if (role !== 'balancer' && role !== 'nameserver') throw new Misfit(`its role is ${role}`);
  return {
    format: agentFormat,
    edge: text(value, 'edge'),
    host: text(value, 'host'),
    role,
    addresses: texts(value, 'addresses'),
    interface: text(value, 'interface'),
    vips: objects(value, 'vips').map(vipOf),
    peers: objects(value, 'peers').map(neighbourOf),
    witnesses: objects(value, 'witnesses').map(neighbourOf),
    gateways: texts(value, 'gateways'),
    readiness: readinessOf(object(value, 'readiness')),
    failback: failbackOf(object(value, 'failback')),
    pools: objects(value, 'pools').map(poolOf),
  };
}

function vipOf(value: JsonObject): AgentVip {
  return {
    name: text(value, 'name'),
    addresses: texts(value, 'addresses'),
    vrid: number(value, 'vrid'),
    claims: objects(value, 'claims').map((claim) => ({
      balancer: text(claim, 'balancer'),
      priority: number(claim, 'priority'),
    })),
  };
}

function neighbourOf(value: JsonObject): AgentNeighbour {
  return { name: text(value, 'name'), addresses: texts(value, 'addresses') };
}

function failbackOf(value: JsonObject): AgentFailback {
  return { afterMs: positive(value, 'afterMs'), longestMs: positive(value, 'longestMs') };
}

function readinessOf(value: JsonObject): AgentReadiness {
  return {
    name: text(value, 'name'),
    host: text(value, 'host'),
    intervalMs: positive(value, 'intervalMs'),
    timeoutMs: positive(value, 'timeoutMs'),
    fall: positive(value, 'fall'),
    rise: positive(value, 'rise'),
  };
}

function poolOf(value: JsonObject): AgentPool {
  const check = object(value, 'check');
  return {
    name: text(value, 'name'),
    check: {
      kind: kindOf(check),
      path: text(check, 'path'),
      // JSON has no `undefined`: a check without a host lacks the field.
      host: check['host'] === undefined ? undefined : text(check, 'host'),
      statuses: statusesOf(check),
      body: check['body'] === undefined ? undefined : text(check, 'body'),
      timeoutMs: positive(check, 'timeoutMs'),
      intervalMs: positive(check, 'intervalMs'),
      rise: positive(check, 'rise'),
      fall: positive(check, 'fall'),
      slowStartMs: number(check, 'slowStartMs'),
      failures: positive(check, 'failures'),
      windowMs: positive(check, 'windowMs'),
    },
    panicPercent: number(value, 'panicPercent'),
    backends: objects(value, 'backends').map(backendOf),
  };
}

function kindOf(check: JsonObject): AgentPool['check']['kind'] {
  const kind = text(check, 'kind');
  if (kind === 'http' || kind === 'https' || kind === 'tcp' || kind === 'grpc') return kind;
  throw wrong('kind', 'a kind of check', kind);
}

function statusesOf(check: JsonObject): readonly [number, ...number[]] {
  const written: unknown = check['statuses'];
  const [first, ...rest] = Array.isArray(written) ? written.filter((one) => typeof one === 'number') : [];
  if (first === undefined) throw wrong('statuses', 'a list of numbers', written);
  return [first, ...rest];
}

function backendOf(value: JsonObject): AgentBackend {
  const backup = value['backup'];
  if (typeof backup !== 'boolean') throw wrong('backup', 'true or false', backup);
  return {
    name: text(value, 'name'),
    address: text(value, 'address'),
    port: number(value, 'port'),
    weight: number(value, 'weight'),
    backup,
  };
}

function text(value: JsonObject, key: string): string {
  const found = value[key];
  if (typeof found !== 'string') throw wrong(key, 'a text', found);
  return found;
}

function texts(value: JsonObject, key: string): readonly string[] {
  return list(value, key).map((one) => {
    if (typeof one !== 'string') throw wrong(key, 'texts', one);
    return one;
  });
}

function number(value: JsonObject, key: string): number {
  const found = value[key];
  if (typeof found !== 'number' || !Number.isFinite(found)) throw wrong(key, 'a number', found);
  return found;
}

function positive(value: JsonObject, key: string): number {
  const found = number(value, key);
  if (found <= 0) throw wrong(key, 'a number above 0', found);
  return found;
}

function object(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  if (!isObject(found)) throw wrong(key, 'an object', found);
  return found;
}

function objects(value: JsonObject, key: string): readonly JsonObject[] {
  return list(value, key).map((one) => {
    if (!isObject(one)) throw wrong(key, 'objects', one);
    return one;
  });
}

function list(value: JsonObject, key: string): readonly unknown[] {
  const found: unknown = value[key];
  if (!Array.isArray(found)) throw wrong(key, 'a list', found);
  return found;
}

function wrong(key: string, expected: string, found: unknown): Misfit {
  return new Misfit(`"${key}" must be ${expected} and is ${found === undefined ? 'missing' : JSON.stringify(found)}`);
}
