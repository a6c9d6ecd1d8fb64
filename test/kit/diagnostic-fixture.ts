import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { ownFaults } from '../../src/drill/own-faults.ts';
import type { GivenCertificate } from '../../src/model/check-certificates.ts';
import { readModel } from '../../src/model/read-model.ts';
import { exampleModel } from './example-model.ts';

const directory = new URL('../fixtures/diagnostics/', import.meta.url);

/** Names of the fixtures without their ending, sorted: `301-unknown-references`. */
export function diagnosticFixtures(): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .toSorted();
}

/** The path of a fixture's edge file or of the output expected for it. */
export function fixturePath(name: string, ending: 'yaml' | 'txt'): string {
  return fileURLToPath(new URL(`${name}.${ending}`, directory));
}

/**
 * What is found in a fixture. A first line `# test: pad N` fills the file up to N characters; `# test: certificate
 * SITE: NAME, NAME` says which names the site's certificate has, `# test: alert file PATH: WHAT; FIX` what is wrong with a file of a receiver, `# test: unusable key of SITE: WHY; FIX` what is wrong with it, `# test: faults` that it is a file of faults for the
 * example.
 */
export function diagnoseFixture(name: string): readonly Diagnostic[] {
  const text = readFileSync(fixturePath(name, 'yaml'), 'utf8');
  const padding = Number(/^# test: pad (\d+)$/m.exec(text)?.[1] ?? 0);
  const certificate = /^# test: certificate (\S+): (.*)$/m.exec(text);
  if (text.startsWith('# test: faults\n')) {
    const faults = ownFaults(exampleModel(), { file: `${name}.yaml`, text });
    return faults.ok ? [] : faults.error;
  }
  const trouble = /^# test: (unusable|unreadable) (certificate|key) of (\S+): (.*); (.*)$/m.exec(text);
  const certificates = new Map<string, GivenCertificate>([
    ...(certificate === null
      ? []
      : [[certificate[1] ?? '', { kind: 'usable', names: (certificate[2] ?? '').split(', ') }] as const]),
    ...(trouble === null
      ? []
      : [
          [
            trouble[3] ?? '',
            {
              kind: trouble[1] === 'unusable' ? 'unusable' : 'unreadable',
              about: trouble[2] === 'key' ? 'key' : 'certificate',
              message: trouble[4] ?? '',
              fix: trouble[5] ?? '',
            },
          ] as const,
        ]),
  ]);
  const alertFiles = new Map(
    [...text.matchAll(/^# test: alert file (\S+): (.*); (.*)$/gm)].map(
      ([, path = '', message = '', fix = '']) => [path, { message, fix }] as const,
    ),
  );
  const result = readModel({ file: `${name}.yaml`, text: text.padEnd(padding, '#') }, { certificates, alertFiles });
  return result.ok ? result.value.warnings : result.error;
}
