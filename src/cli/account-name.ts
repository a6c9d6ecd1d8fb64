/** Reads the name of an account or a token: it stands in logs, addresses and links. Throws an Error that says what is wrong. */
export function readAccountName(text: string): string {
  if (/^[a-z0-9][a-z0-9._@-]{0,63}$/.test(text)) return text;
  throw new Error(
    'a name has up to 64 lower-case letters, digits, ".", "_", "-" and "@", and begins with a letter or digit',
  );
}

/** The name as a word of a command. */
export function nameParameter(brief: string): {
  readonly kind: 'tuple';
  readonly parameters: readonly [
    { readonly parse: (text: string) => string; readonly brief: string; readonly placeholder: 'name' },
  ];
} {
  return { kind: 'tuple', parameters: [{ parse: readAccountName, brief, placeholder: 'name' }] };
}
