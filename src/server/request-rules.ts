import type { MiddlewareHandler } from 'hono';

/** Nothing from elsewhere, nothing inline, in no frame (CSP level 3). `data:` is for the picture in the tab. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * What holds for every request: it must name this server (else a name of somebody else's that points at this address would
 * make a browser believe it talks to them: DNS rebinding), and nothing it gets may be framed, sniffed or kept.
 */
export function protect(hosts: readonly string[]): MiddlewareHandler {
  const known = new Set(hosts);
  return async (context, next) => {
    const host = (context.req.header('Host') ?? '').toLowerCase();
    if (known.has(host)) await next();
    else context.res = context.json({ error: `${host || 'no name'} is not a name of this server` }, 421);
    const { headers } = context.res;
    if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', contentPolicy);
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('X-Frame-Options', 'DENY');
    headers.set('Referrer-Policy', 'no-referrer');
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    headers.set('Cross-Origin-Resource-Policy', 'same-origin');
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  };
}

/**
 * Whether a request that changes something came from our own page: browsers say where a request is from (`Sec-Fetch-Site`,
 * `Origin`; Fetch Metadata), and the page sends a header of its own, which no form can.
 */
export function isOwnRequest(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  const mayBeOwn = site === null || site === 'same-origin';
  return mayBeOwn && isOwnOrigin(request) && request.headers.get('Evenkeel-Request') === '1';
}

/**
 * Whether a form that changes something was sent by our own page. The page tells nobody where it is (`Referrer-Policy: no-referrer`),
 * so a browser calls its origin `null` (Fetch, "append a request `Origin` header"), and `Sec-Fetch-Site` decides where there is one.
 */
export function isOwnForm(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  return site === null ? isOwnOrigin(request) : site === 'same-origin';
}

/** Whether a request names no origin, or this server. */
function isOwnOrigin({ headers }: Request): boolean {
  const origin = headers.get('Origin');
  if (origin === null) return true;
  return URL.canParse(origin) && new URL(origin).host === (headers.get('Host') ?? '').toLowerCase();
}
