/** Where Debian's packages come from. */
export interface Mirror {
  readonly main: string;
  readonly security: string;
}

const defaultMirror: Mirror = {
  main: 'http://deb.debian.org/debian',
  security: 'http://deb.debian.org/debian-security',
};

interface Source {
  readonly uri: string;
  readonly suite: string;
}

const debianSuite = /^(stable|testing|unstable|sid|bullseye|bookworm|trixie|forky)(-[a-z-]+|\/updates)?$/;

/**
 * The mirror this computer itself uses: the first `deb` source with a Debian suite, and the first with a suite
 * `*-security`. Reads both formats of sources.list(5). `contents` are the files' texts; a computer of another
 * distribution gets Debian's own mirror.
 */
export function mirrorFromSources(contents: readonly string[]): Mirror {
  const sources = contents
    .flatMap((text) => (/^[A-Za-z-]+:/m.test(text) ? deb822Sources(text) : oneLineSources(text)))
    .filter((source) => debianSuite.test(source.suite) && /^https?:/.test(source.uri));
  const isSecurity = (source: Source) => /-security$|\/updates$/.test(source.suite);
  const trim = (uri: string | undefined) => uri?.replace(/\/+$/, '');
  return {
    main: trim(sources.find((source) => !isSecurity(source))?.uri) ?? defaultMirror.main,
    security: trim(sources.find(isSecurity)?.uri) ?? defaultMirror.security,
  };
}

/** The lines of sources.list for an image of that release. */
export function imageSources(mirror: Mirror, codename: string): readonly string[] {
  return [
    `deb ${mirror.main} ${codename} main`,
    `deb ${mirror.main} ${codename}-updates main`,
    `deb ${mirror.security} ${codename}-security main`,
  ];
}

/** `deb [options] uri suite components`. */
function oneLineSources(text: string): readonly Source[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line);
    return match?.[1] === undefined || match[2] === undefined ? [] : [{ uri: match[1], suite: match[2] }];
  });
}

/** Stanzas of `Key: value`, with `#` comments between the lines and values that go on in indented lines. */
function deb822Sources(text: string): readonly Source[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const words = (key: string) => {
        const match = new RegExp(`^${key}:((?:.*)(?:\\n[ \\t].*)*)`, 'im').exec(stanza);
        return (match?.[1] ?? '').split(/\s+/).filter((word) => word !== '');
      };
      if (!words('Types').includes('deb') || words('Enabled').includes('no')) return [];
      return words('URIs').flatMap((uri) => words('Suites').map((suite) => ({ uri, suite })));
    });
}
