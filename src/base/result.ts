/** The outcome of a pure computation: a value, or what is wrong with the input. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Wraps a value as a success. */
export function success<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

/** Wraps an error as a failure. */
export function failure<E>(error: E): Result<never, E> {
  return { ok: false, error };
}
