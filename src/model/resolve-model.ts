import { milliseconds } from './resolve-check.ts';
import { compareDiagnostics } from '../base/diagnostic.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { diagnosticCatalogue } from '../spec/diagnostic-catalogue.ts';
import type { DiagnosticCode } from '../spec/diagnostic-catalogue.ts';
import { diagnose } from '../spec/edge-document.ts';
import type { EdgeDocument, Finding } from '../spec/edge-document.ts';
import type { FailoverProfile } from '../spec/spec.ts';
import { checkAddresses, checkNames } from './check-addresses.ts';
import { type AlertFiles, checkAlerts } from './check-alerts.ts';
import { checkCertificates, checkInternalNames } from './check-certificates.ts';
import type { GivenCertificates } from './check-certificates.ts';
import { checkHealthRecords } from './check-health-records.ts';
import { checkRecords } from './check-records.ts';
import { checkSsh } from './check-ssh.ts';
import { checkUnused } from './check-unused.ts';
import { checkVips } from './check-vips.ts';
import type { Model } from './model.ts';
import { resolveAlerts } from './resolve-alerts.ts';
import { resolveHosts } from './resolve-hosts.ts';
import { resolveLab } from './resolve-lab.ts';
import { resolveNetworks } from './resolve-networks.ts';
import { resolvePools } from './resolve-pools.ts';
import { resolveResolvers } from './resolve-resolvers.ts';
import { resolveSites } from './resolve-sites.ts';
import { resolveVips } from './resolve-vips.ts';
import { resolveZones } from './resolve-zones.ts';

/** Long enough to see NGINX answer many times, short enough to have both VIPs spread again soon. */
const defaultFailbackMs = 5000;

/** VRRP advert intervals in milliseconds (outage of a silent death is about three of them). */
const advertMs: Readonly<Record<FailoverProfile, number>> = { safe: 1000, normal: 100, fast: 50 };

/** Warnings that something is unused: beside an error mostly its echo, for the reference that should use it is wrong. */
const followFromErrors: ReadonlySet<DiagnosticCode> = new Set(['EK423', 'EK508', 'EK509', 'EK609']);

/** A model, and what its author should know. */
export interface ResolvedModel {
  readonly model: Model;
  /** In the order of the file. */
  readonly warnings: readonly Diagnostic[];
}

/** What the world outside the edge file adds to its judgement. */
export interface ModelContext {
  /** Without it, given certificates are not judged. */
  readonly certificates?: GivenCertificates;
  /** Without it, files of receivers of alerts are not judged. */
  readonly alertFiles?: AlertFiles;
}

/** Fills in every default, resolves every reference and judges what the file means. All diagnostics at once. */
export function resolveModel(
  document: EdgeDocument,
  context: ModelContext = {},
): Result<ResolvedModel, readonly Diagnostic[]> {
  const { model, findings } = judge(document, context);
  const failed = findings.some(({ code }) => diagnosticCatalogue[code].severity === 'error');
  const diagnostics = findings
    .filter(({ code }) => !failed || !followFromErrors.has(code))
    .map((finding) => diagnose(document.source, finding))
    .toSorted(compareDiagnostics);
  return failed ? failure(diagnostics) : success({ model, warnings: diagnostics });
}

/** The model as far as it could be resolved, and everything found; the model counts only when no finding is an error. */
export function judge(
  document: EdgeDocument,
  { certificates, alertFiles = new Map() }: ModelContext,
): { readonly model: Model; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
  };
  const { spec } = document;
  const networks = resolveNetworks(document, report);
  const hosts = resolveHosts(document, networks, report);
  const vips = resolveVips(document, { networks, hosts }, report);
  const pools = resolvePools(document, { hosts, networks }, report);
  const sites = resolveSites(document, report);
  const zones = resolveZones(document, sites, report);
  checkVips(document, { vips, hosts }, report);
  checkSsh(document, hosts, report);
  checkNames(document, report);
  checkAddresses(document, report);
  checkRecords(document, { hosts, vips, zones }, report);
  checkHealthRecords(document, { zones, vips }, report);
  checkUnused(document, report);
  checkInternalNames(document, sites, report);
  checkAlerts(document, alertFiles, report);
  if (certificates !== undefined) checkCertificates(sites, certificates, report);
  const failover = spec.failover ?? 'normal';
  const model: Model = {
    name: spec.name,
    failover,
    profile: 'evenkeel',
    allow: spec.allow ?? [],
    advertMs: advertMs[failover],
    failbackMs: milliseconds(spec.failback, defaultFailbackMs),
    networks,
    balancers: hosts.filter((host) => host.kind === 'balancer'),
    nameservers: hosts.filter((host) => host.kind === 'nameserver'),
    webServers: hosts.filter((host) => host.kind === 'web'),
    vips,
    pools,
    sites,
    zones,
    resolvers: resolveResolvers(document, { hosts, vips }, report),
    alerts: resolveAlerts(document, report),
    lab: resolveLab(document, { networks, vips }, report),
  };
  return { model, findings };
}
