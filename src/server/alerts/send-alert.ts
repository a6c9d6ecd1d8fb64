import type { AlertReceiver } from '../../model/alert-settings.ts';
import type { OutgoingAlert } from '../../report/alert-memory.ts';
import { sendCommand } from './send-command.ts';
import { sendMail } from './send-mail.ts';
import type { SendOutcome } from './send-outcome.ts';
import { sendWebhook, type SendWorld } from './send-webhook.ts';

/** The longest one try may take. Milliseconds. */
export const tryMs = 30_000;

/** Sends a message to a receiver, once, within `tryMs`. What the world refuses is an outcome; only bugs are thrown. */
export async function sendAlert(
  { way }: AlertReceiver,
  message: OutgoingAlert,
  { directory, signal }: SendWorld,
): Promise<SendOutcome> {
  const world = { directory, signal: AbortSignal.any([signal, AbortSignal.timeout(tryMs)]) };
  switch (way.kind) {
    case 'webhook':
      return sendWebhook(way, message, world);
    case 'mail':
      return sendMail(way, message, world);
    case 'command':
      return sendCommand(way, message, world);
    default:
      return way satisfies never;
  }
}
