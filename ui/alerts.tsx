import { shown } from './edge-state.ts';
import { clock } from './words.ts';

const states = { waiting: 'not told yet', told: 'told', ending: 'ending' } as const;

/** Alerts that are on, and whether those who are to be told could be. Nothing when nobody is to be told. */
export function Alerts() {
  const receivers = shown.receivers.value;
  const alerts = shown.alerts.value;
  if (receivers.length === 0 && alerts.length === 0) return null;
  const failing = receivers.filter(({ state }) => state === 'failing');
  return (
    <section aria-labelledby="alerts-title">
      <h2 id="alerts-title">Alerts</h2>
      {alerts.length === 0 ? (
        <p class="quiet">
          None is on. {receivers.length > 0 && `Told are ${receivers.map(({ key }) => key).join(', ')}.`}
        </p>
      ) : (
        <ul class="problems">
          {alerts.map((alert) => (
            <li key={alert.key} class={alert.severity}>
              <strong>{states[alert.state]}</strong> {alert.message}
              <span class="quiet">
                {' '}
                since {clock(alert.since)}
                {alert.because === undefined ? '' : `, explained by ${alert.because}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {failing.map((receiver) => (
        <p class="bad" key={receiver.key}>
          {receiver.key} could not be told: {receiver.said} ({receiver.waiting} waiting)
        </p>
      ))}
    </section>
  );
}
