import { counted } from '../src/base/counted.ts';
import { Alerts } from './alerts.tsx';
import { Balancers } from './balancers.tsx';
import { AuditLog } from './audit-log.tsx';
import { AvailabilityOfMonth } from './availability.tsx';
import { Banner } from './banner.tsx';
import { Certificates } from './certificates.tsx';
import { slowDraw } from './draw-time.ts';
import { Drills } from './drills.tsx';
import { line, past, type Snapshot, shown, snapshot } from './edge-state.ts';
import { Nameservers } from './nameservers.tsx';
import { OperationDialog } from './operation-dialog.tsx';
import { Operations } from './operations.tsx';
import { Pending } from './pending.tsx';
import { Pools } from './pools.tsx';
import { Problems } from './problems.tsx';
import { SignIns } from './sign-ins.tsx';
import { Sites } from './sites.tsx';
import { Timeline } from './timeline.tsx';
import { TopologyPicture } from './topology-picture.tsx';
import { Verdict } from './verdict.tsx';
import { Vips } from './vips.tsx';
import { Work } from './work.tsx';
import { duration } from './words.ts';

/** The whole page: the verdict first, then the picture, then what is behind it. */
export function Page() {
  const given = snapshot.value;
  if (given === undefined) {
    return (
      <main>
        <h1>evenkeel</h1>
        <p role="status">
          {line.value === 'lost' ? 'The dashboard server is not heard. It is tried again.' : 'Waiting for the server.'}
        </p>
      </main>
    );
  }
  return (
    <>
      <a class="skip" href="#problems-title">
        Skip to problems
      </a>
      <Verdict topology={given.topology} visitor={given.visitor} />
      <Banner />
      <Parts given={given} />
      <OperationDialog />
      <Footer />
    </>
  );
}

function Parts({ given }: { given: Snapshot }) {
  const old = past.value === undefined && (line.value === 'lost' || shown.look.value[0]?.state === 'stale');
  return (
    <main class={past.value !== undefined ? 'then' : old ? 'old' : ''}>
      <Problems />
      <TopologyPicture topology={given.topology} />
      <div class="columns">
        <div class="state">
          <Vips />
          <Balancers />
          <Nameservers />
        </div>
        <div class="service">
          <Sites />
          <AvailabilityOfMonth />
          <Pools />
          <Certificates />
        </div>
        <div class="acts">
          <Alerts />
          <Work />
          <Operations visitor={given.visitor} />
          <Timeline />
          <AuditLog />
          {given.wayIn === 'account' && given.visitor.role === 'operator' && <SignIns />}
          <Drills />
          <Pending />
        </div>
      </div>
    </main>
  );
}

function Footer() {
  const ms = shown.look.value[0]?.ms;
  const slow = slowDraw.value;
  return (
    <footer>
      evenkeel{ms === undefined ? '' : ` · the last look at all hosts took ${duration(ms)}`} · serving and failover
      never need this page
      {slow !== undefined &&
        ` · this browser needed ${duration(slow.ms)} to draw ${counted(slow.rows, 'row')} that changed at once, and left out frames`}
      <form method="post" action="/sign-out">
        <button type="submit">Sign out</button>
      </form>
    </footer>
  );
}
