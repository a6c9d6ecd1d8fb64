import { randomBytes } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, Hono } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { Fault, faultLine } from '../../base/fault.ts';
import type { AccountFile } from '../../store/account-file.ts';
import type { Gate, RequestSigns, Visitor } from '../gate.ts';
import { readCookie } from '../read-cookie.ts';
import { isOwnForm, isOwnRequest } from '../request-rules.ts';
import { clientAddress } from './client-address.ts';
import { makeSignInJudge, type SignInOutcome } from './judge-sign-in.ts';
import { isSameText, newSecret, secretHash, textMark } from './secret-words.ts';
import { isGoodSession, isNewUse } from './session-age.ts';
import { onToSignInPage, signInPage, signInStyle, signInStylePath } from './sign-in-page.ts';

interface AccountGateWorld {
  /** The edge's name, for the page. */
  readonly edge: string;
  readonly accounts: AccountFile;
  /** Browsers keep one set of cookies for all ports of a host (RFC 6265, section 8.5). */
  readonly port: number;
  readonly now: () => Date;
  /** `makeSignInJudge`. */
  readonly decoy?: string;
}

/** A machine with a token may read this and nothing else. */
const metricsPath = '/metrics';
/** Who came in, and who could not. */
const auditPath = '/api/audit';
/** Where the page says that a person uses it. */
const presencePath = '/api/presence';
/** What an open page reads, much of it by itself: no sign that somebody sits before it. The page says so when somebody does. */
const readByPage = '/api/';
/** Browsers stay with TLS for a year (RFC 6797). Not for names below this one: those are not ours. */
const strictTransport = 'max-age=31536000';
/** The most events in one answer. */
const eventsAtOnce = 1_000;

/** A gate for whoever has an account: a form to sign in, sessions with a cookie, tokens for machines. For TLS only: its cookies ask for it. */
export function makeAccountGate(world: AccountGateWorld): Gate {
  const { edge, accounts, port, now } = world;
  // `__Host-`: only this host may set it, only over TLS (RFC 6265bis, section 4.1.3.2).
  const [sessionCookie, formCookie] = [`__Host-evenkeel-${port}`, `__Host-evenkeel-form-${port}`];
  const cookieRules = { httpOnly: true, secure: true, sameSite: 'Strict', path: '/' } as const;
  const markKey = randomBytes(32);
  const judge = makeSignInJudge(world);

  const form = (context: Context, about: { readonly name?: string; readonly trouble?: string } = {}): string => {
    const secret = newSecret();
    setCookie(context, formCookie, secret, cookieRules);
    return signInPage({ edge, mark: textMark(markKey, secret), name: about.name ?? '', trouble: about.trouble });
  };
  const isOwnMark = (context: Context, mark: string): boolean => {
    const secret = readCookie(context.req.header('Cookie') ?? '', formCookie);
    return secret !== undefined && isSameText(textMark(markKey, secret), mark);
  };

  const visitor = ({ cookie, authorization, method, path }: RequestSigns): Visitor | undefined => {
    if (path === metricsPath && authorization.startsWith('Bearer ')) {
      const name = accounts.tokenName(secretHash(authorization.slice('Bearer '.length)));
      if (name !== undefined) return { name: `token ${name}`, role: 'viewer' };
    }
    const secret = readCookie(cookie, sessionCookie);
    if (secret === undefined) return undefined;
    const session = accounts.session(secretHash(secret));
    if (session === undefined || !isGoodSession(session, now())) return undefined;
    const isUnattended = method !== 'POST' && path.startsWith(readByPage);
    if (!isUnattended && isNewUse(session, now())) {
      // A full disk ends no session before its time.
      orTrouble(() => accounts.useSession(secretHash(secret), now().toISOString()));
    }
    return { name: session.name, role: session.role };
  };
  const known = (context: Context): Visitor | undefined =>
    orTrouble(() =>
      visitor({
        cookie: context.req.header('Cookie') ?? '',
        authorization: '',
        method: context.req.method,
        path: context.req.path,
      }),
    );

  return {
    asksFor: 'account',
    visitor: (signs) => orTrouble(() => visitor(signs)),
    page: onToSignInPage,
    routes(app: Hono) {
      app.use(async (context, next) => {
        await next();
        context.header('Strict-Transport-Security', strictTransport);
      });
      app.get(signInStylePath, (context) =>
        context.body(signInStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
      );
      app.get('/sign-in', (context) =>
        known(context) === undefined ? context.html(form(context)) : context.redirect('/', 303),
      );
      app.post('/sign-in', async (context) => {
        if (!isOwnForm(context.req.raw)) {
          return context.html(
            form(context, { trouble: 'That form did not come from this page. Fill in this one.' }),
            403,
          );
        }
        const fields = new URLSearchParams(await context.req.text());
        const field = (name: string): string => fields.get(name) ?? '';
        // Telephones begin with a capital letter.
        const name = field('name').trim().toLowerCase();
        if (!isOwnMark(context, field('mark'))) {
          const trouble = 'That form was too old, or this browser keeps no cookies. Fill in this one.';
          return context.html(form(context, { name, trouble }), 400);
        }
        const address = clientAddress(getConnInfo(context).remote.address);
        const outcome = await judge({ name, password: field('password'), code: field('code'), address }).catch(
          brokenFile,
        );
        if (outcome.kind === 'signed-in') {
          const before = readCookie(context.req.header('Cookie') ?? '', sessionCookie);
          if (before !== undefined) orTrouble(() => accounts.endSession(secretHash(before)));
          deleteCookie(context, formCookie, cookieRules);
          setCookie(context, sessionCookie, outcome.secret, cookieRules);
          return context.redirect('/', 303);
        }
        const { status, trouble, waitS } = refusalOf(outcome);
        if (waitS > 0) context.header('Retry-After', String(waitS));
        return context.html(form(context, { name, trouble }), status);
      });
      app.post('/sign-out', (context) => {
        if (!isOwnForm(context.req.raw)) return context.json({ error: 'this request did not come from the page' }, 403);
        const secret = readCookie(context.req.header('Cookie') ?? '', sessionCookie);
        const who = secret === undefined ? undefined : orTrouble(() => accounts.endSession(secretHash(secret)));
        if (who !== undefined) {
          const address = clientAddress(getConnInfo(context).remote.address);
          orTrouble(() => accounts.log({ at: now().toISOString(), kind: 'signed-out', who, address, note: '' }));
        }
        deleteCookie(context, sessionCookie, cookieRules);
        return context.redirect('/sign-in', 303);
      });
      app.post(presencePath, (context) => {
        if (!isOwnRequest(context.req.raw)) {
          return context.json({ error: 'this request did not come from the page' }, 403);
        }
        return known(context) === undefined ? context.json({ error: 'sign in first' }, 401) : context.body(null, 204);
      });
      app.get(auditPath, (context) => {
        const visitor = known(context);
        if (visitor === undefined) return context.json({ error: 'sign in first' }, 401);
        if (visitor.role !== 'operator') return context.json({ error: 'only operators see who came in' }, 403);
        return context.json({ events: orTrouble(() => accounts.events(eventsAtOnce)) ?? [] });
      });
    },
  };
}

type Refused = Exclude<SignInOutcome, { readonly kind: 'signed-in' }> | { readonly kind: 'broken' };

function refusalOf(outcome: Refused): {
  readonly status: 401 | 429 | 503;
  readonly trouble: string;
  readonly waitS: number;
} {
  switch (outcome.kind) {
    case 'wrong':
      return { status: 401, trouble: 'Name, password or code is wrong, or the code was used before.', waitS: 0 };
    case 'slow': {
      const waitS = Math.ceil(outcome.waitMs / 1000);
      const trouble = `Too many tries failed. Wait ${waitS === 1 ? 'a second' : `${waitS} seconds`}, then try again.`;
      return { status: 429, trouble, waitS };
    }
    case 'busy':
      return { status: 503, trouble: 'Too many people sign in just now. Try again in a few seconds.', waitS: 5 };
    case 'broken':
      return {
        status: 503,
        trouble: 'The file of accounts cannot be used. Where evenkeel serve runs it says why.',
        waitS: 60,
      };
  }
}

/** Does it with the file of accounts; undefined when that can't be used, which is said where the dashboard runs. */
function orTrouble<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch (error) {
    brokenFile(error);
    return undefined;
  }
}

function brokenFile(error: unknown): { readonly kind: 'broken' } {
  if (!(error instanceof Fault)) throw error;
  console.error(`evenkeel serve: ${faultLine(error)}`);
  return { kind: 'broken' };
}
