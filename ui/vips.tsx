import { view } from './edge-state.ts';
import { clock } from './words.ts';

/** Who holds each VIP, since when. */
export function Vips() {
  return (
    <section aria-labelledby="vips-title">
      <h2 id="vips-title">VIPs</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">VIP</th>
            <th scope="col">Address</th>
            <th scope="col">Held by</th>
            <th scope="col">Prefers</th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>
          {view.value.holdings.map((vip) => (
            <tr key={vip.key}>
              <th scope="row">{vip.key}</th>
              <td>{vip.addresses.join(' ')}</td>
              <td class={vip.holders.length !== 1 ? 'bad' : vip.holders[0] === vip.preferred ? 'good' : 'warn'}>
                {vip.holders.length === 0 ? 'nobody' : vip.holders.join(' AND ')}
                {vip.holders.some((name) => vip.silent.includes(name)) ? ' (does not answer)' : ''}
              </td>
              <td>{vip.preferred}</td>
              <td>{clock(vip.since)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
