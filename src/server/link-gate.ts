import { randomBytes } from 'node:crypto';
import { deleteCookie, setCookie } from 'hono/cookie';
import { isSameText } from './accounts/secret-words.ts';
import type { Gate } from './gate.ts';
import { readCookie } from './read-cookie.ts';

/** A gate that opens for whoever has the link that is printed where the dashboard was started. */
export interface LinkGate extends Gate {
  /** The path to open in a browser, with the key in it. */
  readonly path: string;
}

/**
 * For loopback only: others with a login on this computer reach it too, and a page of somebody else's could send requests to it,
 * so even there a key is needed. It is new at each start, and never leaves this computer. The port is in the cookie's name, because a
 * browser keeps one set of cookies for all ports of a host (RFC 6265, section 8.5).
 */
export function makeLinkGate({ operator, port }: { readonly operator: string; readonly port: number }): LinkGate {
  const key = randomBytes(24).toString('base64url');
  const cookieName = `evenkeel-${port}`;
  const opens = (given: string | undefined): boolean => given !== undefined && isSameText(given, key);
  return {
    asksFor: 'link',
    path: `/sign-in?key=${key}`,
    visitor({ cookie, authorization }) {
      const bearer = authorization.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : undefined;
      return opens(readCookie(cookie, cookieName)) || opens(bearer) ? { name: operator, role: 'operator' } : undefined;
    },
    routes(app) {
      app.get('/sign-in', (context) => {
        const given = context.req.query('key');
        if (!opens(given)) return context.html(wrongLinkPage, 403);
        setCookie(context, cookieName, key, { httpOnly: true, sameSite: 'Strict', path: '/' });
        return context.redirect('/', 303);
      });
      app.post('/sign-out', (context) => {
        deleteCookie(context, cookieName, { path: '/' });
        return context.redirect('/', 303);
      });
    },
    page: () => wrongLinkPage,
  };
}

const wrongLinkPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>evenkeel: the link is needed</title>
<meta name="viewport" content="width=device-width">
<main>
<h1>This page opens with its link</h1>
<p>The terminal in which <code>evenkeel serve</code> or <code>npm start</code> runs shows the address with a key in it. The key is
new at each start: open the address that stands there now.</p>
</main>
</html>
`;
