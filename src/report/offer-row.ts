import type { OperationRow } from './edge-view.ts';

/** A row of the operations that can be asked for, with its key; effects that are empty are left out. */
export function offerRow({
  refusal,
  effects,
  ...rest
}: Omit<OperationRow, 'key' | 'refusal'> & { readonly refusal: string | undefined }): OperationRow {
  const key = [rest.does, rest.subject, rest.target].filter((word) => word !== '').join(' ');
  return {
    key,
    ...rest,
    effects: effects.filter((text) => text !== ''),
    ...(refusal === undefined ? {} : { refusal }),
  };
}
