import { questionLimit, siteLimit } from '../model/asked-window.ts';
import { latencyBounds } from '../model/latency-buckets.ts';
import { metricLimits, otherSites, scrapeFreshMs } from '../model/metric-limits.ts';
import { metrics } from './metric-catalogue.ts';

const head = `# Metrics

Made from the code (\`node tools/write-generated.ts\`); a test holds it up to date.

\`evenkeel serve\` answers \`GET /metrics\` in Prometheus' text format 0.0.4: what every balancer and nameserver has counted, and what the dashboard
knows of the edge. Whoever may see the page may read it, and a machine with a token, which opens nothing else.

## Prometheus

Tokens are for a dashboard with accounts: one beyond loopback, one on a host (\`serve --install\`), or one on loopback that was given a name (\`serve --name localhost\`). A token stays
until it is removed, over restarts too. It is printed once, alone on standard output:

\`\`\`sh
(umask 077; evenkeel serve token add prometheus >evenkeel.token)
\`\`\`

The token of a dashboard on a host is made there: \`/usr/local/sbin/evenkeel serve token add prometheus\`. Bring it to the computer of Prometheus as a file that Prometheus alone may
read, and beside it the certificate to trust:

\`\`\`yaml
scrape_configs:
  - job_name: evenkeel
    scrape_interval: 15s
    scheme: https
    authorization: { credentials_file: /etc/prometheus/evenkeel.token }
    tls_config: { ca_file: /etc/prometheus/evenkeel.pem }
    static_configs: [{ targets: ['192.0.2.7:7780'] }]
rule_files: [/etc/prometheus/evenkeel-alert-rules.yaml]
\`\`\`

| certificate of the dashboard | \`ca_file\` is a copy of, beside the edge file |
|---|---|
| made by \`serve\`, signed itself | \`.evenkeel/NAME/serve/own/chain.pem\` |
| made by \`serve\` with the edge's own CA, when each \`--name\` lies in its domains | \`.evenkeel/NAME/ca/root.crt\` |
| made by \`serve --install HOST\` | \`.evenkeel/NAME/serve/HOST/chain.pem\` |
| given (\`--tls-cert\`) | the certificate of whoever signed it; without \`ca_file\` those of the system are trusted |

- \`NAME\` is that of the edge. The target is a name or an address that the certificate holds, of those that \`--listen\` and \`--name\` say. A certificate that signed itself lasts 825 days, and
  is made anew for other names: then copy it again.
- \`evenkeel serve token list\` says which there are; with \`evenkeel serve token remove prometheus\` its reader gets a 401 at once.
- A dashboard on loopback without a name has no accounts and no TLS. Its key, in the address that it prints, is new at each start, so it is of use for a look by hand alone:
  \`curl -H 'Authorization: Bearer KEY' http://127.0.0.1:7780/metrics\`.
- \`monitoring/grafana-dashboard.json\` and \`monitoring/alert-rules.yaml\`, in the clone and in the package, use the metrics below: import the one into Grafana, and copy the other to where \`rule_files\` finds it.
- \`EvenkeelCertificateEnding\` fires when fewer than 7 days are left; \`status\` warns with 7 days too. What the internal CA issued lasts 30 days, and \`evenkeel apply\` renews it once 10 are left.

## What they say

- Hosts are asked over SSH when somebody scrapes, at most once in ${scrapeFreshMs / 1000} seconds and never twice at a time. A host that does not answer has no series of its own,
  but \`evenkeel_agent_up\` of 0. The edge itself is looked at every few seconds: \`evenkeel_look_timestamp_seconds\` says when that worked last.
- A look asks ${siteLimit} sites and ${questionLimit} names of each nameserver; of more than that the next ones with the next look. So \`evenkeel_site_up\`, certificates and problems are of the last turn of each site:
  \`evenkeel_oldest_answer_age_seconds\` says how long ago that may be. A site that had none since the dashboard began has no series; \`evenkeel_not_asked_yet\` counts those.
- NGINX counts requests itself (\`docs/adr/0014-metrics.md\`), so counters go on while no agent and no dashboard runs. They begin anew when NGINX is restarted, and not
  when it is reloaded.
- Labels are names of the edge file and closed lists. On each balancer the first ${metricLimits.sites.toLocaleString('en')} sites are counted by name and the others together as \`${otherSites}\`; the
  backends of pools beyond ${metricLimits.backends.toLocaleString('en')} backends are not counted. A request with a name that no site has is in \`evenkeel_nginx_requests_total\` alone.
- \`evenkeel apply\` keeps what it did to each host beside the edge file, refused and failed ones too, unless nothing was asked of a host yet. A dashboard knows
  of applies from its own folder: one that was installed on a host (\`serve --install\`) knows none. Each host has one generation at a time.
- A dashboard with \`--without-plan\`, as \`serve --install\` runs it, has no \`evenkeel_plan_*\`, and the rule \`EvenkeelDrift\` never fires from it: a plan needs the CA and the keys of
  the edge, which are not there. Run \`evenkeel plan\` where you run \`evenkeel apply\`.
- Drills are read from \`history.db\` beside the edge file of the dashboard. One that was installed on a host has its own files, so drills that were held elsewhere are not in its \`evenkeel_drill_last_*\`.
- Buckets of the histograms end at ${latencyBounds.map((bound) => bound * 1000).join(', ')} ms.

| metric | kind | labels | what it says |
|---|---|---|---|
`;

/** docs/metrics.md: every metric that `/metrics` may hold. */
export function metricsPage(): string {
  const rows = Object.values(metrics).map(({ name, kind, labels, help }) => {
    const words = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${kind} | ${words === '' ? '-' : words} | ${help} |\n`;
  });
  return head + rows.join('');
}
