import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { HostFacts } from './host-facts.ts';
import { parseInterfaces } from './interfaces.ts';
import { parseListeners } from './listeners.ts';
import { parseManifest } from './manifest.ts';
import { parseOsRelease } from './os-release.ts';
import { parseCandidates, parseInstalled } from './packages.ts';
import { parsePrograms } from './programs.ts';
import { splitSections } from './sections.ts';
import { parseUnits } from './units.ts';

/**
 * Turns the output of the observing script into facts without files. An error, in words, when the output broke off
 * or the manifest is not understood.
 */
export function readFacts(host: string, output: string, units: readonly string[]): Result<HostFacts, string> {
  const sections = splitSections(output);
  if (!sections.has('end')) return failure('the output of the observing script broke off');
  const manifest = parseManifest(sections.get('manifest') ?? '');
  if (!manifest.ok) return manifest;
  return success({
    host,
    os: parseOsRelease(sections.get('os-release') ?? ''),
    architecture: (sections.get('architecture') ?? '').trim(),
    packages: parseInstalled(sections.get('packages') ?? ''),
    candidates: parseCandidates(sections.get('candidates') ?? ''),
    units: parseUnits(sections.get('units') ?? '', units),
    interfaces: parseInterfaces(sections.get('interfaces') ?? ''),
    listeners: parseListeners(sections.get('listeners') ?? ''),
    programs: parsePrograms(sections.get('programs') ?? ''),
    files: new Map(),
    manifest: manifest.value,
    clock: Number((sections.get('clock') ?? '0').trim()),
  });
}
