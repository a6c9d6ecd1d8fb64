import type { WitnessMessage } from './witness-message.ts';

/** The last boot and sequence that was taken from each sender. */
export type SeenSenders = ReadonlyMap<string, Pick<WitnessMessage, 'boot' | 'sequence'>>;

/**
 * Whether claims are newer than all that was taken from their sender, and what has been seen then. Within one boot of the sender
 * the sequence must rise; a later boot begins anew, an earlier one never comes back. Senders see to it that each
 * boot of theirs is later than the one before (`bootStamp`), whatever their clocks do.
 *
 * The map holds senders that the caller knows, so it does not grow.
 */
export function takeNewer(
  seen: SeenSenders,
  message: Pick<WitnessMessage, 'sender' | 'boot' | 'sequence'>,
): { readonly isNewer: boolean; readonly seen: SeenSenders } {
  const last = seen.get(message.sender);
  const isNewer =
    last === undefined || message.boot > last.boot || (message.boot === last.boot && message.sequence > last.sequence);
  if (!isNewer) return { isNewer, seen };
  return { isNewer, seen: new Map(seen).set(message.sender, { boot: message.boot, sequence: message.sequence }) };
}
