import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type JsonObject, objectAt, objectsOf, textAt } from '../src/facts/fields.ts';
import { certificateUrgency } from '../src/report/certificate-limits.ts';

const root = resolve(import.meta.dirname, '..');

/** The objects that a YAML or JSON file lists below `key`. */
function listed(path: string, key: string): readonly JsonObject[] {
  const document: unknown = parse(readFileSync(resolve(root, path), 'utf8'));
  return objectsOf(objectAt({ document }, 'document')[key]);
}

const rules = listed('monitoring/alert-rules.yaml', 'groups').flatMap((group) => objectsOf(group['rules']));

test('each alert rule fires in a world of its fixture', () => {
  const fired = listed('test/fixtures/prometheus/alert-rules-test.yaml', 'tests')
    .flatMap((world) => objectsOf(world['alert_rule_test']))
    .filter((asked) => objectsOf(asked['exp_alerts']).length > 0)
    .map((asked) => textAt(asked, 'alertname'));
  const names = rules.map((rule) => textAt(rule, 'alert'));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !fired.includes(name))).toEqual([]);
});

test('the rules and the Grafana dashboard call a certificate late when status does', () => {
  const rule = rules.find((one) => textAt(one, 'alert') === 'EvenkeelCertificateEnding');
  const days = Number(/ \/ 86400 < (\d+)$/.exec(textAt(rule ?? {}, 'expr'))?.[1]);
  expect([certificateUrgency(days), certificateUrgency(days + 1)]).toEqual(['warning', 'none']);
  const panel = listed('monitoring/grafana-dashboard.json', 'panels').find(({ targets }) =>
    objectsOf(targets).some((one) => textAt(one, 'expr').includes('evenkeel_certificate_not_after_timestamp_seconds')),
  );
  const { steps } = objectAt(objectAt(objectAt(panel, 'fieldConfig'), 'defaults'), 'thresholds');
  expect(steps).toContainEqual({ color: 'green', value: days });
});
