import { diagnosticCatalogue } from './diagnostic-catalogue.ts';

const groups = [
  { digit: '1', title: 'The file and its YAML' },
  { digit: '2', title: 'Shape' },
  { digit: '3', title: 'References and duplicates' },
  { digit: '4', title: 'Networks, hosts and VIPs' },
  { digit: '5', title: 'Pools and sites' },
  { digit: '6', title: 'DNS' },
  { digit: '7', title: 'Faults of your own' },
  { digit: '8', title: 'Alerts' },
] as const;

/** docs/diagnostics.md: every code with its explanation, in Markdown. Ends with a line end. */
export function diagnosticsPage(): string {
  const entries = Object.entries(diagnosticCatalogue);
  const sections = groups.map(({ digit, title }) => {
    const rows = entries
      .filter(([code]) => code.startsWith(`EK${digit}`))
      .map(([code, entry]) => {
        const note = entry.severity === 'warning' ? ' (warning)' : '';
        return `### ${code}: ${entry.title}${note}\n\n${entry.explanation}\n`;
      });
    return `## ${title}\n\n${rows.join('\n')}`;
  });
  return `# Diagnostics

What \`evenkeel check\` can say about an edge file. Errors refuse the whole file; warnings are printed and pass. All of them
come at once, each with its place in the file and the fix. For each code there is an example in
\`test/fixtures/diagnostics/\`. This page is written by \`node tools/write-generated.ts\`.

${sections.join('\n')}`;
}
