/**
 * The page a managed web server shows until somebody puts an `index.html` beside it. It names the host, so that one
 * sees who answered.
 */
export function webPage(host: string): string {
  const name = host.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name}</title>
<style>
body { margin: 20vh auto; max-width: 32rem; padding: 0 1rem; font: 1.1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 3rem; }
</style>
</head>
<body>
<h1>${name}</h1>
<p>This page comes from the web server ${name}. It is shown until /var/www/evenkeel/index.html exists.</p>
</body>
</html>
`;
}
