import type { Metric } from './metric.ts';

/** Everything that `/metrics` may hold, in this order. docs/metrics.md is made of it. */
export const metrics = {
  buildInfo: gauge('evenkeel_build_info', 'Always 1: the edge and the version of the dashboard.', ['edge', 'version']),

  vipHolders: gauge('evenkeel_vip_holders', 'Balancers that hold the VIP; anything but 1 is a fault.', ['vip']),
  vipHolder: gauge('evenkeel_vip_holder', '1 for a balancer that holds the VIP, 0 for each other one.', [
    'vip',
    'host',
  ]),
  vipPreferred: gauge('evenkeel_vip_on_preferred', '1 while the balancer that the file prefers holds the VIP.', [
    'vip',
  ]),
  vipSince: gauge('evenkeel_vip_since_timestamp_seconds', 'Since when the VIP is held as it is, as seen from here.', [
    'vip',
  ]),

  problems: gauge('evenkeel_problems', 'Problems of the last look, as `evenkeel status` names them.', [
    'code',
    'severity',
  ]),
  lookFresh: gauge('evenkeel_look_fresh', '1 while the last look at the edge worked.', []),
  lookTime: gauge('evenkeel_look_timestamp_seconds', 'When the last look that worked began.', []),
  notAskedYet: gauge(
    'evenkeel_not_asked_yet',
    'Sites, and questions to each nameserver (`names`), of which nothing is known yet, as each look asks some of them; 0 once all had their turn.',
    ['what'],
  ),
  oldestAnswer: gauge(
    'evenkeel_oldest_answer_age_seconds',
    'How long before the last look the one was asked that waits longest for its turn; 0 when each look asks for all.',
    ['what'],
  ),
  lookSeconds: gauge('evenkeel_look_duration_seconds', 'How long the last look that worked took.', []),
  hostUp: gauge('evenkeel_host_up', '1 when the host answered over SSH.', ['host']),
  unitUp: gauge('evenkeel_unit_active', '1 when the daemon runs.', ['host', 'unit']),
  balancerDrained: gauge('evenkeel_balancer_drained', '1 while a person keeps the balancer out of service.', ['host']),
  siteUp: gauge('evenkeel_site_up', '1 when the site answered through the VIP, as asked from outside the balancers.', [
    'site',
    'vip',
    'address',
  ]),
  siteSeconds: gauge('evenkeel_site_probe_duration_seconds', 'How long that answer took.', ['site', 'vip', 'address']),
  certificateEnd: gauge(
    'evenkeel_certificate_not_after_timestamp_seconds',
    'When the certificate ends that is served there.',
    ['site', 'served_at', 'address'],
  ),
  nameserverUp: gauge('evenkeel_nameserver_up', '1 when the nameserver answers questions.', ['host']),
  nameAnswers: gauge('evenkeel_dns_name_addresses', 'Addresses that the nameserver gives for the name now.', [
    'host',
    'name',
    'type',
  ]),
  zoneSerial: gauge('evenkeel_dns_zone_serial', 'Serial of the zone on the nameserver; the same on all of them.', [
    'host',
    'zone',
  ]),
  pendingHosts: gauge(
    'evenkeel_plan_pending_hosts',
    'Hosts that differ from the file, as `evenkeel plan` finds them.',
    [],
  ),
  planChanges: gauge('evenkeel_plan_changes', 'What `evenkeel plan` would change on the host.', ['host']),
  planDrifted: gauge(
    'evenkeel_plan_drifted_files',
    'Files on the host that somebody changed after the last apply, as `evenkeel plan` finds them.',
    ['host'],
  ),
  applyTime: gauge('evenkeel_apply_last_timestamp_seconds', 'When the last apply from here ended, refused ones too.', [
    'host',
  ]),
  applySucceeded: gauge(
    'evenkeel_apply_last_succeeded',
    '1 when the last apply left the host as the file says, and it was seen to work.',
    ['host'],
  ),
  applyDoneTime: gauge('evenkeel_apply_last_success_timestamp_seconds', 'When the last apply ended that did so.', [
    'host',
  ]),
  applyGeneration: gauge('evenkeel_apply_info', 'Always 1: the generation that this apply brought to the host.', [
    'host',
    'generation',
  ]),
  drillPassed: gauge(
    'evenkeel_drill_last_passed',
    '1 when the last drill here that could be judged kept every promise. Those of a lab are counted by the dashboard of the lab alone.',
    [],
  ),
  drillTime: gauge('evenkeel_drill_last_timestamp_seconds', 'When that drill began.', []),
  operations: gauge(
    'evenkeel_operations_running',
    'Planned operations that somebody asked for here and that run now.',
    [],
  ),
  historyKept: gauge('evenkeel_history_kept', '1 while the history can be written.', []),
  events: counter('evenkeel_events_total', 'Events of the timeline since the dashboard was started.', [
    'kind',
    'severity',
  ]),

  agentUp: gauge('evenkeel_agent_up', '1 when the agent of the host said what it counted.', ['host']),
  agentStart: gauge('evenkeel_agent_start_timestamp_seconds', 'When the agent was started.', ['host']),
  agentCpu: counter('evenkeel_agent_cpu_seconds_total', 'Processor time that the agent used.', ['host']),
  agentMemory: gauge('evenkeel_agent_resident_memory_bytes', 'Memory that the agent holds.', ['host']),

  vrrpHeld: gauge('evenkeel_vrrp_held', '1 while the balancer itself says that it holds the VIP.', ['host', 'vip']),
  vrrpTransitions: counter('evenkeel_vrrp_transitions_total', 'How often the VIP came to the balancer or left it.', [
    'host',
    'vip',
  ]),
  vrrpChanged: gauge('evenkeel_vrrp_last_transition_timestamp_seconds', 'When the VIP came or left last.', [
    'host',
    'vip',
  ]),
  verdict: gauge('evenkeel_balancer_verdict', '1 for each reason that keeps VIPs away from the balancer now.', [
    'host',
    'reason',
  ]),

  nginxUp: gauge('evenkeel_nginx_up', '1 when NGINX said what it counted.', ['host']),
  nginxConnections: gauge('evenkeel_nginx_connections', 'Client connections by what NGINX does on them.', [
    'host',
    'state',
  ]),
  nginxAccepted: counter('evenkeel_nginx_connections_accepted_total', 'Client connections that NGINX took.', ['host']),
  nginxDropped: counter(
    'evenkeel_nginx_connections_dropped_total',
    'Client connections that were closed at once because a limit was reached.',
    ['host'],
  ),
  nginxRequests: counter(
    'evenkeel_nginx_requests_total',
    'Requests of all kinds, with those that belong to no site and those of the agent.',
    ['host'],
  ),
  nginxWorkers: gauge('evenkeel_nginx_workers', 'Workers; old ones are of former configurations and still serve.', [
    'host',
    'state',
  ]),
  handshakes: counter(
    'evenkeel_nginx_tls_handshakes_total',
    'TLS handshakes of connections on which a site was asked; resumed ones took up an old session.',
    ['host', 'kind'],
  ),
  protocols: counter('evenkeel_nginx_protocol_requests_total', 'Requests to sites by version of HTTP.', [
    'host',
    'protocol',
  ]),
  siteRequests: counter('evenkeel_site_requests_total', 'Requests to the site by the hundreds of their status.', [
    'host',
    'site',
    'class',
  ]),
  siteBytes: counter('evenkeel_site_sent_bytes_total', 'Bytes sent to clients of the site, with headers.', [
    'host',
    'site',
  ]),
  siteDuration: histogram(
    'evenkeel_site_request_duration_seconds',
    'From the first byte of a request to the last of its answer; without upgraded connections.',
    ['host', 'site'],
  ),
  backendRequests: counter(
    'evenkeel_backend_requests_total',
    'Tries at the backend by the hundreds of their status; one without an answer is a 5xx.',
    ['host', 'pool', 'backend', 'class'],
  ),
  backendSeconds: counter('evenkeel_backend_response_seconds_total', 'Time that the tries took, all together.', [
    'host',
    'pool',
    'backend',
  ]),
  backendUp: gauge('evenkeel_backend_up', '1 when the checks of the balancer find the backend well.', [
    'host',
    'pool',
    'backend',
  ]),
  backendChecks: counter('evenkeel_backend_checks_total', 'Checks of the backend.', ['host', 'pool', 'backend']),
  backendFailures: counter('evenkeel_backend_check_failures_total', 'Checks of the backend that failed.', [
    'host',
    'pool',
    'backend',
  ]),
  backendChanges: counter('evenkeel_backend_changes_total', 'How often the backend went up or down.', [
    'host',
    'pool',
    'backend',
  ]),

  powerdnsUp: gauge('evenkeel_powerdns_up', '1 when PowerDNS said what it counted.', ['host']),
  dnsQueries: counter('evenkeel_dns_queries_total', 'Questions to the nameserver.', ['host', 'transport']),
  dnsAnswers: counter('evenkeel_dns_answers_total', 'Answers of the nameserver.', ['host', 'transport']),
  dnsFailures: counter('evenkeel_dns_failures_total', 'Questions that the nameserver could not answer, by why.', [
    'host',
    'reason',
  ]),
  dnsCache: counter('evenkeel_dns_cache_lookups_total', 'Looks into the packet cache of the nameserver.', [
    'host',
    'result',
  ]),

  collectTime: gauge('evenkeel_collection_timestamp_seconds', 'When the hosts were asked for what is above.', []),
  collectSeconds: gauge('evenkeel_collection_duration_seconds', 'How long that took.', []),
  processCpu: counter('process_cpu_seconds_total', 'Processor time that the dashboard used.', []),
  processMemory: gauge('process_resident_memory_bytes', 'Memory that the dashboard holds.', []),
  processStart: gauge('process_start_time_seconds', 'When the dashboard was started, in seconds since 1970.', []),
} as const;

function counter<Label extends string>(name: string, help: string, labels: readonly Label[]) {
  return { name, kind: 'counter', help, labels } as const satisfies Metric<Label>;
}

function gauge<Label extends string>(name: string, help: string, labels: readonly Label[]) {
  return { name, kind: 'gauge', help, labels } as const satisfies Metric<Label>;
}

function histogram<Label extends string>(name: string, help: string, labels: readonly Label[]) {
  return { name, kind: 'histogram', help, labels } as const satisfies Metric<Label>;
}
