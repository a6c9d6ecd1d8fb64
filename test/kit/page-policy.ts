/**
 * What browsers are told of the dashboard's own answers (`Content-Security-Policy`), whole. It stands here a second time on purpose: one more
 * source in a directive is a hole, and no pattern that names some of them would see it.
 */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
