import type { WitnessAlarm } from './witness-state.ts';

/** An alarm in words. `nameOf`: VIP address -> what it is called. */
export function describeAlarm(alarm: WitnessAlarm, nameOf: (address: string) => string): string {
  switch (alarm.kind) {
    case 'isolated':
      return 'cut off from all other balancers, witnesses and gateways: every VIP was let go of';
    case 'two-holders':
      return `${alarm.rival} holds ${nameOf(alarm.vip)} too`;
    case 'yielded':
      return `${nameOf(alarm.vip)} was left to ${alarm.to}, which holds it too and is preferred`;
    case 'vrrp-blocked':
      return `VRRP between here and ${alarm.rival} is blocked: both held ${nameOf(alarm.vip)} although they hear each other; let IP protocol 112 pass`;
  }
}

/** A line for each alarm that has come and for each that is over. */
export function describeNews(
  before: readonly WitnessAlarm[],
  after: readonly WitnessAlarm[],
  nameOf: (address: string) => string,
): readonly string[] {
  const words = (alarms: readonly WitnessAlarm[]): readonly string[] =>
    alarms.map((alarm) => describeAlarm(alarm, nameOf));
  const [old, fresh] = [words(before), words(after)];
  return [
    ...fresh.filter((line) => !old.includes(line)),
    ...old.filter((line) => !fresh.includes(line)).map((line) => `over: ${line}`),
  ];
}
