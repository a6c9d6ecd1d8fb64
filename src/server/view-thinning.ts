/** Why a view is kept: who holds what changed, or the dashboard began (`change`, which reports read), or something else happened. */
export type ViewReason = 'change' | 'other';

/** The views that were kept last. Times are milliseconds since 1970. */
export interface KeptViews {
  /** Kept for good, before the newest. */
  readonly before: number | undefined;
  /** `spare`: it goes when the next one comes, if it is close to the one before. */
  readonly newest: { readonly at: number; readonly spare: boolean } | undefined;
  /** When those of the last hour were kept that are not spare. */
  readonly lately: Readonly<Record<ViewReason, readonly number[]>>;
}

/** Before any was kept. */
export const noKeptViews: KeptViews = { before: undefined, newest: undefined, lately: { change: [], other: [] } };

const hourMs = 3_600_000;
/** Views that are kept in an hour, however close. What is more comes from something that flaps. */
const closeInAnHour: Readonly<Record<ViewReason, number>> = { change: 240, other: 60 };
/** Those that are spare are kept so far from each other. */
const apartMs = 60_000;

/**
 * Which view goes when another one is kept, or a thing that flaps with each look would write thousands a day. The newest is never
 * spare: what is so for hours after it must be what it says.
 */
export function thinViews(
  { before, newest, lately }: KeptViews,
  { at, why }: { readonly at: number; readonly why: ViewReason },
): { readonly views: KeptViews; readonly gone: number | undefined } {
  const recent = lately[why].filter((time) => time > at - hourMs);
  const spare = recent.length >= closeInAnHour[why];
  const next = { at, spare };
  const counted = { ...lately, [why]: spare ? recent : [...recent, at] };
  // The same moment again takes its place.
  if (newest?.at === at) {
    return { views: { before, newest: { at, spare: spare && newest.spare }, lately: counted }, gone: undefined };
  }
  const goes = newest?.spare === true && before !== undefined && newest.at >= before && newest.at - before < apartMs;
  return goes
    ? { views: { before, newest: next, lately: counted }, gone: newest.at }
    : { views: { before: newest?.at, newest: next, lately: counted }, gone: undefined };
}
