import { latencyBounds } from '../model/latency-buckets.ts';
import { metricLimits, otherSites, scrapeFreshMs } from '../model/metric-limits.ts';
import { metrics } from './metric-catalogue.ts';

const head = `# Metrics

Made from the code (\`node tools/write-generated.ts\`); a test holds it up to date.

\`evenkeel serve\` answers \`GET /metrics\` in Prometheus' text format 0.0.4: what every balancer and nameserver has counted, and what the dashboard
knows of the edge. Whoever may see the page may read it; a program says \`Authorization: Bearer KEY\`.

\`\`\`yaml
scrape_configs:
  - job_name: evenkeel
    scrape_interval: 15s
    authorization: { credentials_file: /etc/prometheus/evenkeel.key }
    static_configs: [{ targets: ['127.0.0.1:7780'] }]
\`\`\`

- Hosts are asked over SSH when somebody scrapes, at most once in ${scrapeFreshMs / 1000} seconds and never twice at a time. A host that does not answer has no series of its own,
  but \`evenkeel_agent_up\` of 0. The edge itself is looked at every few seconds: \`evenkeel_look_timestamp_seconds\` says when that worked last.
- NGINX counts requests itself (\`docs/adr/0014-metrics.md\`), so counters go on while no agent and no dashboard runs. They begin anew when NGINX is restarted, and not
  when it is reloaded.
- Labels are names of the edge file and closed lists. On each balancer the first ${metricLimits.sites.toLocaleString('en')} sites are counted by name and the others together as \`${otherSites}\`; the
  backends of pools beyond ${metricLimits.backends.toLocaleString('en')} backends are not counted. A request with a name that no site has is in \`evenkeel_nginx_requests_total\` alone.
- \`evenkeel apply\` keeps what it did to each host beside the edge file, refused and failed ones too, unless nothing was asked of a host yet. A dashboard knows
  of applies from its own folder: one that was installed on a host (\`serve --install\`) knows none. Each host has one generation at a time.
- Buckets of the histograms end at ${latencyBounds.map((bound) => bound * 1000).join(', ')} ms.
- \`monitoring/grafana-dashboard.json\` and \`monitoring/alert-rules.yaml\` use them.

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
