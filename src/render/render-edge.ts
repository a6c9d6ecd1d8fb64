import { managedHosts } from '../model/model.ts';
import type { DesiredHost } from './desired-file.ts';
import { renderReferenceHost } from './reference-host.ts';
import { renderHost } from './render-host.ts';
import type { RenderInput } from './render-input.ts';

/** Everything every managed host must have: balancers, nameservers, web servers, each in the order of the file. */
export function renderEdge(input: RenderInput): readonly DesiredHost[] {
  const render = renderers[input.model.profile];
  return managedHosts(input.model).map((host) => render(input, host));
}

const renderers = { evenkeel: renderHost, reference: renderReferenceHost } as const;
