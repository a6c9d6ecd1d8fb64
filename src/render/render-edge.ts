import { managedHosts } from '../model/model.ts';
import type { DesiredHost } from './desired-file.ts';
import { renderHost } from './render-host.ts';
import type { RenderInput } from './render-input.ts';

/** Everything every managed host must have: balancers, nameservers, web servers, each in the order of the file. */
export function renderEdge(input: RenderInput): readonly DesiredHost[] {
  return managedHosts(input.model).map((host) => renderHost(input, host));
}
