/** One line of a value. */
export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A family as a reader of the text has it. */
export interface ReadFamily {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
  readonly samples: readonly ReadSample[];
}

/** Reads Prometheus' text format 0.0.4, strictly: throws at the first line that is not as it must be. */
export function readPrometheus(text: string): readonly ReadFamily[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line does not end');
  const families: { name: string; kind: string; help: string; samples: ReadSample[] }[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const help = /^# HELP (\S+) (.*)$/su.exec(line);
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
    const last = families.at(-1);
    if (help !== null) {
      families.push({ name: help[1] ?? '', kind: '', help: help[2] ?? '', samples: [] });
    } else if (type !== null) {
      if (last === undefined || last.name !== type[1] || last.kind !== '') throw new Error(`out of place: ${line}`);
      last.kind = type[2] ?? '';
    } else {
      if (last === undefined || last.kind === '') throw new Error(`a value without a type: ${line}`);
      const sample = readSample(line);
      const own = last.kind === 'histogram' ? /_(bucket|sum|count)$/ : /$/;
      if (sample.name.replace(own, '') !== last.name) throw new Error(`a value of another family: ${line}`);
      last.samples.push(sample);
    }
  }
  const names = families.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw new Error('a family is there twice');
  return families;
}

function readSample(line: string): ReadSample {
  const whole = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/su.exec(line);
  if (whole === null) throw new Error(`no value: ${line}`);
  const labels: Record<string, string> = {};
  let rest = whole[2] ?? '';
  while (rest !== '') {
    const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/su.exec(rest);
    if (pair === null) throw new Error(`no label: ${rest}`);
    const [all, name = '', value = ''] = pair;
    labels[name] = value.replaceAll(/\\(.)/gsu, (_, char: string) => (char === 'n' ? '\n' : char));
    rest = rest.slice(all.length);
  }
  return { name: whole[1] ?? '', labels, value: readNumber(whole[3] ?? '') };
}

function readNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (text === 'NaN') return Number.NaN;
  if (!/^-?[0-9.e+-]+$/.test(text)) throw new Error(`no number: ${text}`);
  return Number(text);
}
