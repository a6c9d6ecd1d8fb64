import type { GratuitousArp, Preempt } from '../../src/model/failover-settings.ts';
import type { Appointment, SimulatedClock } from './simulated-clock.ts';

/** An advert as it travels (RFC 3768 5.3, RFC 9568 5.2). Priority 0: the sender says goodbye. */
export interface Advert {
  readonly from: string;
  readonly priority: number;
  readonly version: 2 | 3;
  readonly advertMs: number;
}

/** How one keepalived is configured for one instance. */
export interface RouterSettings {
  readonly balancer: string;
  readonly version: 2 | 3;
  /** 1-255; 255 is the address owner. */
  readonly priority: number;
  readonly advertMs: number;
  readonly preempt: Preempt;
  readonly garp: GratuitousArp;
}

/** What a router does to the world. */
export interface RouterWorld {
  readonly clock: SimulatedClock;
  readonly send: (advert: Advert) => void;
  /** The router has added or removed the address. */
  readonly changed: () => void;
  /** Gratuitous ARP: the neighbours are told that this balancer has the address. */
  readonly announce: (balancer: string) => void;
  /** Whether the first balancer's address is numerically above the second's: that decides between equal priorities. */
  readonly hasHigherAddress: (balancer: string, other: string) => boolean;
}

export type RouterState = 'stopped' | 'fault' | 'backup' | 'master';

const owner = 255;

/**
 * One VRRP instance inside one keepalived, as 2.2.7 and 2.3.3 do it: vrrp/vrrp.c (vrrp_state_backup, vrrp_state_master_rx,
 * vrrp_state_leave_master, vrrp_state_leave_fault), vrrp/vrrp_scheduler.c (timers) and vrrp/vrrp_track.c (priorities).
 * Names of theirs are in brackets where one of ours stands for it.
 */
export class SimulatedRouter {
  readonly #own: RouterSettings;
  readonly #world: RouterWorld;
  readonly #faults = new Set<string>();
  #weights = 0;
  #state: RouterState = 'stopped';
  #holds = false;
  /** The master's advert interval as this router knows it (master_adver_int). */
  #masterAdvertMs: number;
  /** How long it waits for the master (ms_down_timer). */
  #downMs = 0;
  /** When its timer ends (sands). */
  #endsAtMs = 0;
  /** Until when a lower master is put up with (preempt_time). */
  #patientUntilMs: number | undefined;
  #timer: Appointment | undefined;
  /** When it has told the neighbours last (last_garp_update). */
  #announcedMs = 0;

  constructor(settings: RouterSettings, world: RouterWorld) {
    this.#own = settings;
    this.#world = world;
    this.#masterAdvertMs = settings.advertMs;
  }

  get state(): RouterState {
    return this.#state;
  }

  /** Whether the address is on the interface; also of a keepalived that is gone. */
  get holds(): boolean {
    return this.#holds;
  }

  /** The priority it sends: base and weights, within 1-254; weights don't move an owner (vrrp_set_effective_priority). */
  get priority(): number {
    const { priority } = this.#own;
    return priority === owner ? owner : Math.min(owner - 1, Math.max(1, priority + this.#weights));
  }

  /** keepalived starts: an address that an earlier one left is taken away. */
  start(): void {
    if (this.#state !== 'stopped') return;
    this.#hold('no');
    this.#comeUp();
  }

  /** As if it had been master for long; its next advert leaves after `nextAdvertMs`. */
  startAsMaster(nextAdvertMs: number): void {
    this.#state = 'master';
    this.#hold('yes');
    this.#announce();
    this.#wait(nextAdvertMs);
  }

  /** SIGTERM: addresses are taken down and a goodbye is sent. */
  stop(): void {
    if (this.#state === 'master') this.#resign();
    this.#halt();
  }

  /** SIGKILL, or the end of the machine: no word to anybody. `addresses`: whether somebody takes them down. */
  kill(addresses: 'removed' | 'stay'): void {
    this.#halt();
    if (addresses === 'removed') this.#hold('no');
  }

  /** A tracker of weight 0 fails, or the link is down (down_instance). */
  fail(cause: string): void {
    this.#faults.add(cause);
    if (this.#state !== 'master' && this.#state !== 'backup') return;
    if (this.#state === 'master') this.#resign();
    this.#state = 'fault';
    this.#timer?.cancel();
  }

  /** It is well again (try_up_instance). */
  recover(cause: string): void {
    this.#faults.delete(cause);
    if (this.#state === 'fault' && this.#faults.size === 0) this.#comeUp();
  }

  /** A tracker with a weight changes its mind. The master says so in its next advert only. */
  addWeight(weight: number): void {
    const before = this.priority;
    this.#weights += weight;
    if (this.priority === before) return;
    const down = this.#downMs;
    this.#downMs = this.#masterDownMs();
    if (this.#state === 'backup') this.#wait(this.#endsAtMs + this.#downMs - down - this.#world.clock.nowMs);
  }

  receive(advert: Advert): void {
    if (this.#state === 'backup') this.#receiveAsBackup(advert);
    else if (this.#state === 'master') this.#receiveAsMaster(advert);
  }

  #receiveAsBackup(advert: Advert): void {
    const { clock } = this.#world;
    if (this.#understands(advert) && advert.priority === 0) this.#downMs = this.#skewMs();
    else if (this.#understands(advert) && this.#accepts(advert)) this.#follow(advert);
    // Any other advert is as if it had not come.
    else this.#downMs = Math.max(0, this.#endsAtMs - clock.nowMs);
    this.#wait(this.#downMs);
  }

  /** Whether an advert keeps this backup a backup. */
  #accepts({ priority }: Advert): boolean {
    if (priority >= this.priority || this.#own.preempt.kind === 'never') return true;
    if (this.#own.preempt.kind === 'at-once') return false;
    return this.#patientUntilMs === undefined || this.#patientUntilMs > this.#world.clock.nowMs;
  }

  #follow(advert: Advert): void {
    const { preempt, version } = this.#own;
    if (version === 3) this.#masterAdvertMs = advert.advertMs;
    this.#downMs = this.#masterDownMs();
    if (preempt.kind !== 'after') return;
    if (advert.priority >= this.priority) this.#patientUntilMs = undefined;
    else this.#patientUntilMs ??= this.#world.clock.nowMs + preempt.delayMs;
  }

  #receiveAsMaster(advert: Advert): void {
    if (this.#understands(advert)) {
      const isBelow = advert.priority !== 0 && this.#isBelow(advert);
      // Who is lower must hear of this master, to go away or not to take over; who is higher learns that it has a rival.
      if (!isBelow || this.#own.garp.answersHigher) this.#send(this.priority);
      if (!isBelow && this.#own.garp.onLowerAdvert) this.#announce();
      if (isBelow) {
        if (this.#own.version === 3) this.#masterAdvertMs = advert.advertMs;
        this.#state = 'backup';
        this.#patientUntilMs = undefined;
        this.#hold('no');
        this.#downMs = this.#masterDownMs();
        this.#wait(this.#downMs);
        return;
      }
    }
    this.#wait(this.#own.advertMs);
  }

  #isBelow({ priority, from }: Advert): boolean {
    if (priority !== this.priority) return priority > this.priority;
    return this.#world.hasHigherAddress(from, this.#own.balancer);
  }

  /** vrrp_check_packet: another version is dropped, and with version 2 another interval too. */
  #understands(advert: Advert): boolean {
    const { version, advertMs } = this.#own;
    return advert.version === version && (version === 3 || advert.advertMs === advertMs);
  }

  #comeUp(): void {
    this.#masterAdvertMs = this.#own.advertMs;
    this.#patientUntilMs = undefined;
    if (this.#faults.size > 0) {
      this.#state = 'fault';
      return;
    }
    this.#state = 'backup';
    this.#downMs = this.#own.priority === owner ? 0 : this.#masterDownMs();
    this.#wait(this.#downMs);
  }

  #ring(): void {
    const { refreshMs } = this.#own.garp;
    const isDue = refreshMs !== undefined && this.#world.clock.nowMs >= this.#announcedMs + refreshMs;
    const isNew = this.#state !== 'master';
    this.#state = 'master';
    this.#send(this.priority);
    this.#hold('yes');
    if (isNew || isDue) this.#announce();
    this.#wait(this.#own.advertMs);
  }

  #resign(): void {
    this.#send(0);
    this.#hold('no');
  }

  #announce(): void {
    this.#announcedMs = this.#world.clock.nowMs;
    this.#world.announce(this.#own.balancer);
  }

  #halt(): void {
    this.#state = 'stopped';
    this.#timer?.cancel();
  }

  #wait(delayMs: number): void {
    this.#timer?.cancel();
    this.#endsAtMs = this.#world.clock.nowMs + delayMs;
    this.#timer = this.#world.clock.after(delayMs, () => this.#ring());
  }

  #send(priority: number): void {
    const { balancer, version, advertMs } = this.#own;
    this.#world.send({ from: balancer, priority, version, advertMs });
  }

  #hold(address: 'yes' | 'no'): void {
    this.#holds = address === 'yes';
    this.#world.changed();
  }

  #masterDownMs(): number {
    return 3 * this.#masterAdvertMs + this.#skewMs();
  }

  /** VRRP_TIMER_SKEW: version 2 counts in seconds whatever the interval is. */
  #skewMs(): number {
    return ((256 - this.priority) / 256) * (this.#own.version === 3 ? this.#masterAdvertMs : 1000);
  }
}
