import { compareDiagnostics } from '../base/diagnostic.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { failure } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { diagnosticCatalogue } from '../spec/diagnostic-catalogue.ts';
import type { DiagnosticCode } from '../spec/diagnostic-catalogue.ts';
import { diagnose } from '../spec/edge-document.ts';
import type { Finding } from '../spec/edge-document.ts';
import { readEdge } from '../spec/read-edge-file.ts';
import type { EdgeFile, UnsoundFile } from '../spec/read-edge-file.ts';
import { valueAt } from '../spec/schema-at.ts';
import type { SoundParts } from '../spec/sound-parts.ts';
import { judge, resolveModel } from './resolve-model.ts';
import type { ModelContext, ResolvedModel } from './resolve-model.ts';

/**
 * An edge file's text into a Model. Everything wrong at once: in a file with parts of the wrong shape, the meaning of
 * the other parts is judged too.
 */
export function readModel(file: EdgeFile, context: ModelContext = {}): Result<ResolvedModel, readonly Diagnostic[]> {
  const reading = readEdge(file);
  switch (reading.kind) {
    case 'sound':
      return resolveModel(reading.document, context);
    case 'unsound':
      return failure([...reading.file.diagnostics, ...judgeRest(reading.file)].toSorted(compareDiagnostics));
    case 'unreadable':
      return failure(reading.diagnostics);
  }
}

type Section = 'networks' | 'hosts' | 'vips' | 'pools' | 'alerts';

/** Rules that say something is too few or nowhere, and the sections that must be whole for them to be believed. */
const needsWhole: Readonly<Partial<Record<DiagnosticCode, readonly Section[]>>> = {
  EK202: ['vips'],
  EK401: ['networks'],
  EK403: ['networks'],
  EK405: ['networks'],
  EK407: ['networks'],
  EK408: ['networks', 'hosts'],
  EK413: ['hosts'],
  EK414: ['hosts'],
  EK420: ['hosts'],
  EK501: ['pools'],
  EK502: ['pools'],
  EK801: ['alerts'],
  EK802: ['alerts'],
};

function judgeRest({ source, data, sound }: UnsoundFile): readonly Diagnostic[] {
  if (sound === undefined) return [];
  const { findings } = judge({ spec: sound.spec, source }, {});
  const broken = brokenSections(sound);
  // Under another top-level key may stand what a reference leads to.
  const strayKey = sound.leftOut.some((path) => path.length === 1);
  const names = new Set(sound.leftOut.map((path) => path[1]));
  const believed = (finding: Finding): boolean => {
    if (diagnosticCatalogue[finding.code].severity === 'warning') return false;
    if (needsWhole[finding.code]?.some((section) => broken.has(section)) === true) return false;
    if (finding.code !== 'EK301') return true;
    const name = valueAt(data, finding.path);
    return !strayKey && !names.has(typeof name === 'string' ? name : '');
  };
  return findings.filter(believed).map((finding) => diagnose(source, finding));
}

/** Sections that lost an entry, a network that lost its addresses, or alerts that lost anything. */
function brokenSections({ leftOut, spec }: SoundParts): ReadonlySet<string> {
  const broken = new Set<string>();
  for (const [section = '', name, key] of leftOut) {
    const lostNetwork = section === 'networks' && (key === 'ipv4' || key === 'ipv6');
    // What a receiver lost may be what it is said to lack, also the word that it may go in the clear.
    const lostReceiver = section === 'alerts';
    if (name === undefined || key === undefined || lostNetwork || lostReceiver) broken.add(String(section));
  }
  if (Object.values(spec.networks).some(({ ipv4, ipv6 }) => ipv4 === undefined && ipv6 === undefined))
    broken.add('networks');
  return broken;
}
