import { view } from './edge-state.ts';
import { duration } from './words.ts';

/** Rows that are shown at once; a search finds the others. */
const shownRows = 200;

/** Each backend as each balancer sees it. */
export function Backends() {
  const rows = view.value.backends;
  const places = Map.groupBy(rows, ({ pool, name, address, port }) => `${pool} ${name} ${address}:${port}`);
  const balancers = [...new Set(rows.map(({ balancer }) => balancer))];
  return (
    <section aria-labelledby="backends-title">
      <h2 id="backends-title">Backends</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Pool</th>
            <th scope="col">Server</th>
            {balancers.map((name) => (
              <th scope="col" key={name}>
                from {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...places].map(([place, seen]) => (
            <tr key={place}>
              <td>{seen[0]?.pool}</td>
              <th scope="row">
                {seen[0]?.name}:{seen[0]?.port}
              </th>
              {balancers.map((name) => {
                const row = seen.find(({ balancer }) => balancer === name);
                return (
                  <td key={name} class={row === undefined ? '' : row.up ? 'good' : 'bad'}>
                    {row === undefined ? 'not asked' : `${row.up ? 'up' : 'down'}: ${row.reason}`}
                    {row?.up === true ? `, ${duration(row.ms)}` : ''}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Each site as a client gets it through each VIP. */
export function Sites() {
  const rows = view.value.sites;
  return (
    <section aria-labelledby="sites-title">
      <h2 id="sites-title">Sites</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Through</th>
            <th scope="col">Answer</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shownRows).map((site) => (
            <tr key={site.key}>
              <th scope="row">{site.name}</th>
              <td>
                {site.vip} {site.address}
              </td>
              <td class={site.up ? 'good' : 'bad'}>{site.status === 0 ? site.reason : site.status}</td>
              <td>{duration(site.ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shownRows && <p class="quiet">and {rows.length - shownRows} more: evenkeel status --json</p>}
    </section>
  );
}

/** What each nameserver answers; a disagreement is a problem above. */
export function Nameservers() {
  return (
    <section aria-labelledby="names-title">
      <h2 id="names-title">Nameservers</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">PowerDNS</th>
            <th scope="col">Answers</th>
            <th scope="col">Serial</th>
          </tr>
        </thead>
        <tbody>
          {view.value.nameservers.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.host}</th>
              <td class={row.powerdns === 'active' ? 'good' : 'bad'}>{row.powerdns}</td>
              <td class={row.answering ? 'good' : 'bad'}>{row.answering ? row.answers.join(', ') : 'nothing'}</td>
              <td>{row.serials.map(({ serial }) => serial).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** How long each certificate that is served lasts. */
export function Certificates() {
  const soonest = view.value.certificates.toSorted((a, b) => a.daysLeft - b.daysLeft);
  return (
    <section aria-labelledby="certificates-title">
      <h2 id="certificates-title">Certificates</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Served at</th>
            <th scope="col">Days left</th>
          </tr>
        </thead>
        <tbody>
          {soonest.slice(0, shownRows).map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.name}</th>
              <td>{row.servedAt}</td>
              <td class={row.daysLeft < 7 ? 'bad' : row.daysLeft < 21 ? 'warn' : 'good'}>{row.daysLeft}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
