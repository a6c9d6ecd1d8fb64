import type { GuardOptions } from './guard-vips.ts';
import { isFresh } from './witness-state.ts';
import type { WitnessDecision, WitnessInput } from './witness-state.ts';

/** How often it is asked whether the gateway is there, until it is. */
const gatewayMs = 30_000;

/** Asks the wire in rounds while the decision needs it, and the gateways until one has answered. */
export function wireAsker({ config, hands, now }: Pick<GuardOptions, 'config' | 'hands' | 'now'>): {
  readonly known: () => Pick<WitnessInput, 'gateway' | 'wire'>;
  readonly turn: (decision: WitnessDecision, input: WitnessInput) => void;
} {
  let known: Pick<WitnessInput, 'gateway' | 'wire'> = { gateway: 'unknown', wire: undefined };
  let isAsking = false;
  let nextGateway = -Infinity;
  const ask = async (addresses: readonly string[], use: (answer: 'somebody' | 'nobody') => void): Promise<void> => {
    isAsking = true;
    try {
      use(await hands.askWire(addresses));
    } finally {
      isAsking = false;
    }
  };
  return {
    known: () => known,
    turn(decision, input) {
      if (isAsking) return;
      if (decision.askWire === 'yes') {
        const silent = [...config.peers, ...config.witnesses].filter(({ name }) => {
          const at = (input.peers.get(name) ?? input.witnesses.get(name))?.at;
          return at === undefined || !isFresh(at, input.now);
        });
        const askedAt = now();
        void ask([...config.gateways, ...silent.flatMap(({ addresses }) => addresses)], (answer) => {
          known = { ...known, wire: { askedAt, answer } };
        });
      } else if (known.gateway === 'unknown' && config.gateways.length > 0 && now() >= nextGateway) {
        nextGateway = now() + gatewayMs;
        void ask(config.gateways, (answer) => {
          if (answer === 'somebody') known = { ...known, gateway: 'known' };
        });
      }
    },
  };
}
