import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Availability, AvailabilityAnswer } from '../src/report/availability.ts';
import { availabilityVerdicts, budgetInWords, lengthInWords, shareInWords } from '../src/report/report-words.ts';

/** What the server said last; undefined: nothing yet. */
const answer = signal<AvailabilityAnswer | undefined>(undefined);
const trouble = signal('');

/** Between two questions to the server: a minute is what is kept. Milliseconds. */
const askEveryMs = 60_000;
/** Rows that are shown at once; the report has all. */
const shownRows = 50;

/** This month as a client saw it, against the targets, with links to the reports. */
export function AvailabilityOfMonth() {
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), askEveryMs);
    return () => clearInterval(timer);
  }, []);
  const given = answer.value;
  return (
    <section aria-labelledby="availability-title">
      <h2 id="availability-title">Availability {given?.month}</h2>
      {trouble.value !== '' && <p role="status">{trouble.value}</p>}
      {given === undefined ? <p class="quiet">Nothing is known yet.</p> : <Figures given={given} />}
      <p>
        Reports: <a href={`/reports/month?month=${given?.month ?? ''}`}>this month</a>,{' '}
        <a href="/reports/incident?from=1h">the last hour</a>,{' '}
        <a href="/reports/incident?from=24h">the last 24 hours</a>
      </p>
    </section>
  );
}

function Figures({ given }: { given: AvailabilityAnswer }) {
  if (given.probe === 'off') return <p class="quiet">No probe runs here, so availability is unknown.</p>;
  const rows = given.rows.toSorted((a, b) => (a.availability ?? 100) - (b.availability ?? 100));
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">Site</th>
            <th scope="col">Through</th>
            <th scope="col">Availability</th>
            <th scope="col">Target</th>
            <th scope="col">Outage</th>
            <th scope="col">Budget</th>
            <th scope="col">Unknown</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shownRows).map((row) => (
            <tr key={`${row.vip} ${row.site}`}>
              <th scope="row">{row.site}</th>
              <td>{row.vip}</td>
              <td>{shareInWords(row.availability)}</td>
              <td class={tone(row)}>
                {row.slo === null ? 'none' : `${row.slo} %, ${availabilityVerdicts[row.verdict]}`}
              </td>
              <td>{row.knownMs === 0 ? '' : lengthInWords(row.outageMs)}</td>
              <td>{budgetInWords(row)}</td>
              <td>{row.unknownMs === 0 ? '' : lengthInWords(row.unknownMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shownRows && <p class="quiet">and {rows.length - shownRows} more: see the report</p>}
      {given.notAsked > 0 && <p class="quiet">{given.notAsked} more are never asked: there are too many.</p>}
    </>
  );
}

function tone({ verdict }: Availability): string {
  return verdict === 'missed' ? 'bad' : verdict === 'met' ? 'good' : '';
}

async function load(): Promise<void> {
  const found = await fetch('/api/availability').catch(() => undefined);
  if (found?.ok !== true) {
    trouble.value = 'The figures could not be read; what is shown is old.';
    return;
  }
  trouble.value = '';
  const given: AvailabilityAnswer = await found.json();
  answer.value = given;
}
