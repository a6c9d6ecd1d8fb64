import { parse } from 'yaml';
import { isObject, type JsonObject, objectsOf } from '../../src/facts/fields.ts';

/** What a page in Markdown has Prometheus scrape: the first entry of `scrape_configs` in its YAML. Throws when there is none. */
export function scrapeConfigOf(page: string): JsonObject {
  const [, text = ''] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? [];
  const config: unknown = parse(text);
  const [scrape] = isObject(config) ? objectsOf(config['scrape_configs']) : [];
  if (scrape === undefined) throw new Error('the page says nothing to Prometheus');
  return scrape;
}
