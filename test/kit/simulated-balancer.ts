import type { KeepalivedDeath, Tracker } from '../../src/model/failover-settings.ts';
import type { BalancerFaultKind } from '../../src/proof/fault.ts';
import type { Phases } from './simulated-phases.ts';
import { SimulatedRouter } from './simulated-router.ts';
import type { RouterSettings, RouterWorld } from './simulated-router.ts';
import { simulatedTracker } from './simulated-tracker.ts';
import type { NginxState, SimulatedTracker } from './simulated-tracker.ts';

/** One balancer's part in an instance. A `VrrpRouter` of src/proof/vrrp-setup.ts with its instance's version is one. */
export interface BalancerSettings extends RouterSettings {
  readonly trackers: readonly Tracker[];
  readonly keepalivedDeath: KeepalivedDeath;
}

/** A machine with power, a cable, NGINX, and a keepalived with one instance. */
export class SimulatedBalancer {
  readonly router: SimulatedRouter;
  readonly #settings: BalancerSettings;
  readonly #world: RouterWorld;
  readonly #trackers: readonly SimulatedTracker[];
  #nginx: NginxState = 'alive';
  #cable: 'plugged' | 'pulled' = 'plugged';
  #unit: 'enabled' | 'stopped' = 'enabled';

  constructor(settings: BalancerSettings, world: RouterWorld, phases: Phases) {
    this.#settings = settings;
    this.#world = world;
    this.router = new SimulatedRouter(settings, world);
    for (const { weight } of settings.trackers) if (weight > 0) this.router.addWeight(weight);
    this.#trackers = settings.trackers.map((tracker, index) =>
      simulatedTracker(tracker, {
        clock: world.clock,
        nginx: () => this.#nginx,
        phase: phases(`${settings.balancer} ${tracker.name}`),
        tell: (verdict) => this.#tell({ cause: `tracker ${index}`, weight: tracker.weight, verdict }),
      }),
    );
  }

  get name(): string {
    return this.#settings.balancer;
  }

  /** Whether frames from it and to it travel. */
  get connected(): boolean {
    return this.#cable === 'plugged' && this.#nginx !== 'off';
  }

  /** Whether a client who asks the address at this balancer gets an answer. */
  get serves(): boolean {
    return this.router.holds && this.connected && this.#nginx === 'alive';
  }

  break(kind: BalancerFaultKind): void {
    switch (kind) {
      case 'nginx-dead':
        this.#change('dead');
        return;
      case 'nginx-hung':
        // Processes that were killed don't stand still.
        if (this.#nginx === 'alive') this.#change('hung');
        return;
      case 'keepalived-dead':
        this.#unit = 'stopped';
        this.router.stop();
        return;
      case 'keepalived-killed':
        this.#killKeepalived();
        return;
      case 'balancer-off':
        this.#change('off');
        this.router.kill('removed');
        return;
      case 'link-cut':
        this.#cable = 'pulled';
        // The carrier is gone: keepalived sees it and takes the address down.
        this.router.fail('link');
        this.#world.changed();
        return;
    }
  }

  heal(kind: BalancerFaultKind): void {
    switch (kind) {
      case 'nginx-dead':
      case 'nginx-hung':
        if (this.#nginx !== 'off') this.#change('alive');
        return;
      case 'keepalived-dead':
      case 'keepalived-killed':
        this.#unit = 'enabled';
        if (this.#nginx !== 'off') this.router.start();
        return;
      case 'balancer-off':
        this.#change('alive');
        for (const tracker of this.#trackers) tracker.reset();
        this.#unit = 'enabled';
        this.router.start();
        return;
      case 'link-cut':
        this.#cable = 'plugged';
        this.router.recover('link');
        this.#world.changed();
        return;
    }
  }

  #killKeepalived(): void {
    const { addresses, restartMs } = this.#settings.keepalivedDeath;
    if (this.router.state === 'stopped') return;
    this.router.kill(addresses);
    if (restartMs === undefined) return;
    this.#world.clock.after(restartMs, () => {
      if (this.#unit === 'enabled' && this.#nginx !== 'off') this.router.start();
    });
  }

  #change(nginx: NginxState): void {
    this.#nginx = nginx;
    for (const tracker of this.#trackers) tracker.notice();
    this.#world.changed();
  }

  /** A weight below 0 counts while its tracker fails, one above 0 while it does not. */
  #tell({ cause, weight, verdict }: { cause: string; weight: number; verdict: 'well' | 'failed' }): void {
    if (weight !== 0) this.router.addWeight(verdict === 'failed' ? -Math.abs(weight) : Math.abs(weight));
    else if (verdict === 'failed') this.router.fail(cause);
    else this.router.recover(cause);
  }
}
