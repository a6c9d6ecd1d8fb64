import { shown } from './edge-state.ts';
import { Section } from './section.tsx';
import { nowMs } from './time-span.ts';
import { severityTones, toneSigns } from './tone.ts';
import { when } from './words.ts';

const states = { waiting: 'not told yet', told: 'told', ending: 'ending' } as const;

/** Alerts that are on, and whether those who are to be told could be. Nothing when nobody is to be told. */
export function Alerts() {
  const receivers = shown.receivers.value;
  const alerts = shown.alerts.value;
  if (receivers.length === 0 && alerts.length === 0) return null;
  const failing = receivers.filter(({ state }) => state === 'failing');
  return (
    <Section id="alerts" title="Alerts">
      {alerts.length === 0 ? (
        <p class="quiet">
          None is on. {receivers.length > 0 && `Told are ${receivers.map(({ key }) => key).join(', ')}.`}
        </p>
      ) : (
        <ul class="problems">
          {alerts.map((alert) => (
            <li key={alert.key} class={severityTones[alert.severity]}>
              <span class="problem-head">
                <strong>
                  {toneSigns[severityTones[alert.severity]]} {states[alert.state]}
                </strong>
                <span class="quiet">since {when(alert.since, nowMs.value)}</span>
              </span>
              <span class="problem-text">{alert.message}</span>
              <span class="next">
                {alert.because === undefined ? (
                  <>
                    <span class="quiet">Next: </span>
                    {alert.next}
                  </>
                ) : (
                  <span class="quiet">Explained by {alert.because}</span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {failing.map((receiver) => (
        <p class="bad" key={receiver.key}>
          {toneSigns.bad} {receiver.key} could not be told: {receiver.said} ({receiver.waiting} waiting)
        </p>
      ))}
    </Section>
  );
}
