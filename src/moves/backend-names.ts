import type { Model, Pool } from '../model/model.ts';

/** Whether a pool has a backend of this name: `web1`, or `web1:8080` for one of its ports. */
export function isBackend(model: Model, name: string): boolean {
  return poolsWith(model, name).length > 0;
}

/** Every backend of every pool as `NAME:PORT`, each once. */
export function backendNames(model: Model): readonly string[] {
  return [...new Set(model.pools.flatMap((pool) => pool.backends.map(({ name, port }) => `${name}:${port}`)))];
}

/** The pools that have a backend of this name. */
export function poolsWith(model: Model, name: string): readonly Pool[] {
  return model.pools.filter((pool) => pool.backends.some((one) => isNamed(name, `${one.name}:${one.port}`)));
}

/** Whether a name means this place (`web1:80`), as the agent reads it. */
export function isNamed(name: string, place: string): boolean {
  return place === name || place.slice(0, place.lastIndexOf(':')) === name;
}
