import { createHmac, timingSafeEqual } from 'node:crypto';
import { failure, success } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { byteReader, byteWriter } from './message-bytes.ts';
import type { ByteReader, ByteWriter } from './message-bytes.ts';

/** What a balancer says of one VIP. */
export interface Claim {
  /** The VIP's IPv4 address: it stays the same whatever the VIP is called. */
  readonly vip: string;
  /** Whether the address is on the balancer's interface. */
  readonly isMaster: boolean;
  /** Its base priority for this VIP (RFC 9568: 1 to 254). */
  readonly priority: number;
  /** For how long it has been so. Milliseconds, at most 2^32 - 1. */
  readonly sinceMs: number;
}

/** A balancer's claims, sent each period to the other balancers and to the witnesses. */
export interface ClaimsMessage {
  readonly kind: 'claims';
  readonly sender: string;
  /** When the sender's agent began, in milliseconds; each start has a higher number than the one before (`bootStamp`). */
  readonly boot: number;
  /** Rises with each message of one boot. */
  readonly sequence: number;
  readonly claims: readonly Claim[];
  readonly sightings: Sightings;
}

/** What a balancer sees of the backends; no states: nothing is told. */
export interface Sightings {
  /** Of the list of backends that the states are of: a balancer that has another list can't use them. 32 bits. */
  readonly digest: number;
  /** In the order of that list. */
  readonly states: readonly SightedState[];
}

/** 0: not known yet, 1: up, 2: down. */
export type SightedState = 0 | 1 | 2;

/** What a witness answers to claims: the last words of the other balancers. */
export interface AnswerMessage {
  readonly kind: 'answer';
  readonly sender: string;
  /** Boot and sequence of the claims it answers: nobody can replay an answer. */
  readonly boot: number;
  readonly sequence: number;
  readonly reports: readonly Report[];
}

/** One balancer's last claims, as a witness heard them. Only VIPs that it holds. */
export interface Report {
  readonly balancer: string;
  /** Milliseconds since the witness heard them. */
  readonly ageMs: number;
  readonly claims: readonly Claim[];
}

/** A datagram between agents. */
export type WitnessMessage = ClaimsMessage | AnswerMessage;

/** Why a datagram is refused. */
export type Refusal = 'wrong-key' | 'malformed';

/** Most claims of one balancer. */
export const maxClaims = 64;
/** Most backends of which something is told; of more, nothing is. */
export const maxSightings = 1024;
/** Most balancers in an answer. */
export const maxReports = 15;
/** Longest name of a host; one label of DNS (RFC 1035, section 2.3.4). */
export const maxNameBytes = 63;

const magic = 0x454b_5701;
const macBytes = 32;
const kinds = { claims: 1, answer: 2 } as const;
const headBytes = 4 + 1 + 1 + maxNameBytes + 6 + 6 + 1;
const claimBytes = 4 + 1 + 1 + 4;
const listBytes = 1 + maxClaims * claimBytes;

/** The largest datagram there is: an answer about all others. Claims alone stay below one Ethernet frame. */
export const maxMessageBytes = headBytes + maxReports * (1 + maxNameBytes + 4 + listBytes) + macBytes;

/**
 * The bytes of a message: content, then HMAC-SHA256 of it (RFC 2104). Throws a RangeError for what has no room: more claims or
 * reports than the limits above, longer names, numbers out of range.
 */
export function encodeMessage(message: WitnessMessage, key: Uint8Array): Buffer {
  const writer = byteWriter(maxMessageBytes);
  writer.number(magic, 4);
  writer.number(kinds[message.kind], 1);
  writer.text(message.sender, maxNameBytes);
  writer.number(message.boot, 6);
  writer.number(message.sequence, 6);
  if (message.kind === 'claims') {
    writeClaims(writer, message.claims);
    writeSightings(writer, message.sightings);
  } else {
    if (message.reports.length > maxReports) throw new RangeError(`${message.reports.length} reports`);
    writer.number(message.reports.length, 1);
    for (const report of message.reports) {
      writer.text(report.balancer, maxNameBytes);
      writer.number(atMost(report.ageMs), 4);
      writeClaims(writer, report.claims);
    }
  }
  const content = writer.bytes();
  return Buffer.concat([content, macOf(content, key)]);
}

/** Reads a datagram. `wrong-key`: nobody of this edge made it, or it was changed on its way; nothing of it is looked at then. */
export function decodeMessage(bytes: Uint8Array, key: Uint8Array): Result<WitnessMessage, Refusal> {
  if (bytes.length <= macBytes || bytes.length > maxMessageBytes) return failure('malformed');
  const content = bytes.subarray(0, bytes.length - macBytes);
  if (!timingSafeEqual(macOf(content, key), bytes.subarray(content.length))) return failure('wrong-key');
  const reader = byteReader(content);
  const message = readMessage(reader);
  return message === undefined || !reader.isAtEnd() ? failure('malformed') : success(message);
}

function macOf(content: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(content).digest();
}

function readMessage(reader: ByteReader): WitnessMessage | undefined {
  if (reader.number(4) !== magic) return undefined;
  const kind = reader.number(1);
  const head = { sender: reader.text(maxNameBytes), boot: reader.number(6), sequence: reader.number(6) };
  if (kind === kinds.claims) {
    return { kind: 'claims', ...head, claims: readClaims(reader), sightings: readSightings(reader) };
  }
  if (kind !== kinds.answer) return undefined;
  const count = reader.number(1);
  if (count > maxReports) return undefined;
  const reports = Array.from({ length: count }, () => ({
    balancer: reader.text(maxNameBytes),
    ageMs: reader.number(4),
    claims: readClaims(reader),
  }));
  return { kind: 'answer', ...head, reports };
}

function writeClaims(writer: ByteWriter, claims: readonly Claim[]): void {
  if (claims.length > maxClaims) throw new RangeError(`${claims.length} claims`);
  writer.number(claims.length, 1);
  for (const claim of claims) {
    for (const part of ipv4Parts(claim.vip)) writer.number(part, 1);
    writer.number(claim.isMaster ? 1 : 0, 1);
    writer.number(claim.priority, 1);
    writer.number(atMost(claim.sinceMs), 4);
  }
}

function readClaims(reader: ByteReader): readonly Claim[] {
  const count = reader.number(1);
  if (count > maxClaims) reader.fail();
  return Array.from({ length: Math.min(count, maxClaims) }, () => ({
    vip: [1, 2, 3, 4].map(() => reader.number(1)).join('.'),
    isMaster: reader.number(1) === 1,
    priority: reader.number(1),
    sinceMs: reader.number(4),
  }));
}

/** Four states in a byte. */
function writeSightings(writer: ByteWriter, { digest, states }: Sightings): void {
  if (states.length > maxSightings) throw new RangeError(`${states.length} sightings`);
  writer.number(digest, 4);
  writer.number(states.length, 2);
  for (let at = 0; at < states.length; at += 4) {
    const byte = [0, 1, 2, 3].reduce((sum, place) => sum + ((states[at + place] ?? 0) << (2 * place)), 0);
    writer.number(byte, 1);
  }
}

function readSightings(reader: ByteReader): Sightings {
  const digest = reader.number(4);
  const count = reader.number(2);
  if (count > maxSightings) {
    reader.fail();
    return { digest: 0, states: [] };
  }
  const states: SightedState[] = [];
  for (let at = 0; at < count; at += 4) {
    const byte = reader.number(1);
    for (let place = 0; place < Math.min(4, count - at); place += 1) {
      const state = (byte >> (2 * place)) & 3;
      if (state === 3) reader.fail();
      states.push(state === 1 ? 1 : state === 2 ? 2 : 0);
    }
  }
  return { digest, states };
}

function ipv4Parts(text: string): readonly number[] {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) throw new RangeError(`no IPv4 address: ${text}`);
  return text.split('.').map(Number);
}

/** 49 days are as good as for ever. */
function atMost(ms: number): number {
  return Math.min(Math.max(0, Math.round(ms)), 0xffff_ffff);
}
