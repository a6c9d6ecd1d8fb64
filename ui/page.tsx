import { AvailabilityOfMonth } from './availability.tsx';
import { Banner } from './banner.tsx';
import { snapshot, view } from './edge-state.ts';
import { OperationDialog } from './operation-dialog.tsx';
import { Operations } from './operations.tsx';
import { Problems } from './problems.tsx';
import { Backends, Certificates, Nameservers, Sites } from './tables.tsx';
import { Timeline } from './timeline.tsx';
import { TopologyPicture } from './topology-picture.tsx';
import { Verdict } from './verdict.tsx';
import { Vips } from './vips.tsx';
import { Work } from './work.tsx';

/** The whole page: the verdict first, then the picture, then what is behind it. */
export function Page() {
  const given = snapshot.value;
  if (given === undefined) {
    return (
      <main>
        <Banner />
        <p role="status">Waiting for the first word of the server.</p>
      </main>
    );
  }
  return (
    <>
      <a class="skip" href="#problems">
        Skip to problems
      </a>
      <Verdict topology={given.topology} visitor={given.visitor} />
      <Banner />
      <main>
        <Problems />
        <TopologyPicture topology={given.topology} />
        <div class="columns">
          <div>
            <Vips />
            <Backends />
            <Sites />
            <AvailabilityOfMonth />
            <Nameservers />
            <Certificates />
          </div>
          <div>
            <Work />
            <Operations visitor={given.visitor} />
            <Timeline />
          </div>
        </div>
      </main>
      <OperationDialog />
      <footer>
        {view.value.look[0]?.ms === undefined ? '' : `The last look took ${Math.round(view.value.look[0].ms)} ms.`}
      </footer>
    </>
  );
}
