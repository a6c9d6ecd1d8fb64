import { html } from '../../report/markup.ts';

/** What stands on the page to sign in. */
export interface SignInForm {
  /** The edge's name. */
  readonly edge: string;
  /** Proves that the form came from here. */
  readonly mark: string;
  /** What was typed before; never a password or a code. */
  readonly name: string;
  /** Why the last try failed, in sentences; undefined: there was none. */
  readonly trouble: string | undefined;
}

/** The page to sign in: a plain form that needs no script, with its labels, and what went wrong read out first. */
export function signInPage({ edge, mark, name, trouble }: SignInForm): string {
  const alert =
    trouble === undefined
      ? undefined
      : html`<p class="trouble" role="alert" id="trouble"><strong>Not signed in.</strong> ${trouble}</p>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${trouble === undefined ? '' : 'Not signed in: '}Sign in to ${edge} - evenkeel</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${signInStylePath}" />
      </head>
      <body>
        <main>
          <h1>Sign in to ${edge}</h1>
          ${alert}
          <form method="post" action="/sign-in">
            <input type="hidden" name="mark" value="${mark}" />
            <label for="name">Name</label>
            <input
              id="name"
              name="name"
              value="${name}"
              autocomplete="username"
              autocapitalize="none"
              spellcheck="false"
              maxlength="64"
              required
            />
            <label for="password">Password</label>
            <input
              id="password"
              name="password"
              type="password"
              autocomplete="current-password"
              maxlength="256"
              required
            />
            <label for="code">Code of your authenticator app</label>
            <input
              id="code"
              name="code"
              inputmode="numeric"
              autocomplete="one-time-code"
              pattern="[0-9 ]*"
              maxlength="9"
              aria-describedby="code-hint"
              required
            />
            <p id="code-hint">Six digits. A code works once: after signing out, wait for the next one.</p>
            <button type="submit">Sign in</button>
          </form>
          <p>
            No account, or a lost password or app? Whoever runs evenkeel makes it anew:
            <code>evenkeel serve user reset NAME</code>
          </p>
        </main>
      </body>
    </html> `.markup;
}

/**
 * For a browser that nobody knows: goes on to the form. It is a page and no redirect, because a browser that came by a link from elsewhere
 * left its cookie out (SameSite=Strict), and sends it with what our own page asks for; then it need not sign in again.
 */
export function onToSignInPage(): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="0; url=/sign-in" />
        <title>Sign in - evenkeel</title>
      </head>
      <body>
        <p><a href="/sign-in">Sign in</a></p>
      </body>
    </html> `.markup;
}

/** Where the style sheet of the form is. */
export const signInStylePath = '/sign-in/style.css';

/** Contrasts are 4.5:1 and more in both schemes (WCAG 2.2, 1.4.3). */
export const signInStyle = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 24rem; margin: 10vh auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
form { display: grid; gap: 0.25rem; }
label { font-weight: 600; margin-top: 0.75rem; }
input { font: inherit; padding: 0.5rem; border: 1px solid GrayText; border-radius: 0.25rem; background: Field; color: FieldText; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
button { font: inherit; font-weight: 600; padding: 0.6rem; margin-top: 1rem; border: 0; border-radius: 0.25rem; background: #1d4ed8; color: #fff; cursor: pointer; }
p { font-size: 0.9rem; margin: 0.5rem 0; }
.trouble { border-left: 4px solid #b91c1c; padding: 0.5rem 0.75rem; font-size: 1rem; }
`;
