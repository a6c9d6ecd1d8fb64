/** Which machines a command points at. */
export type Place = { readonly kind: 'real' } | { readonly kind: 'lab'; readonly suffix: string };

/** The place the flags of a command name. */
export function placeOf(flags: { readonly lab: boolean; readonly suffix?: string }): Place {
  // A suffix only names a lab, so whoever gives one never means the real hosts.
  return flags.lab || flags.suffix !== undefined ? { kind: 'lab', suffix: flags.suffix ?? '' } : { kind: 'real' };
}

/** What the name of a place's own file ends with: a lab has files of its own, because what happens to it did not happen to the edge. */
export function placeSuffix(place: Place): string {
  if (place.kind === 'real') return '';
  return place.suffix === '' ? '-lab' : `-lab-${place.suffix}`;
}

/** How a place is called in what is kept: `real`, `lab`, or `lab-` and its suffix. */
export function placeName(place: Place): string {
  return placeSuffix(place).slice(1) || 'real';
}
