import { networkContains } from '../base/address.ts';
import { modelHosts, type Backend, type Model } from '../model/model.ts';

/** Which networks have lost their router, and so end at their own edge. */
export type LostNetworks = ReadonlySet<string>;

/** Whether packets get from one network to another. */
export function reaches(from: string, to: string, lost: LostNetworks): boolean {
  return from === to || (!lost.has(from) && !lost.has(to));
}

/** The network that each backend is in, by its name; `outside` for an address in none of the model's networks. */
export function backendNetworks(model: Model): ReadonlyMap<string, string> {
  const hosts = new Map(modelHosts(model).map((host) => [host.name, host.network]));
  const networkOf = ({ name, address }: Backend): string =>
    hosts.get(name) ??
    model.networks.find(({ ipv4, ipv6 }) =>
      [ipv4, ipv6].some((network) => network !== undefined && networkContains(network, address)),
    )?.name ??
    'outside';
  return new Map(model.pools.flatMap(({ backends }) => backends.map((backend) => [backend.name, networkOf(backend)])));
}
