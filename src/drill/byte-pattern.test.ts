import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BytePattern } from './byte-pattern.ts';
import { FrameReader, acceptOf, encodeFrame } from './websocket-frames.ts';

test('the bytes of an offset are the same however they are asked for, and are recognized', () => {
  const pattern = new BytePattern(3);
  fc.assert(
    fc.property(fc.nat(2 ** 40), fc.integer({ min: 1, max: 65_521 }), (offset, length) => {
      const bytes = pattern.bytes(offset, length);
      expect(bytes.length).toBe(length);
      expect(pattern.isAt(offset, Buffer.concat([bytes, pattern.bytes(offset + length, 65_521)]))).toBe(true);
      // Lost bytes, as of a buffer that was dropped.
      expect(pattern.isAt(offset + 32_768, bytes)).toBe(length < 4 && pattern.isAt(offset + 32_768, bytes));
      const wrong = Buffer.from(bytes);
      wrong[length - 1] = (wrong.at(-1) ?? 0) ^ 1;
      expect(pattern.isAt(offset, wrong)).toBe(false);
    }),
  );
  expect(new BytePattern(4).isAt(0, pattern.bytes(0, 100))).toBe(false);
});

test('frames of a WebSocket: the example of RFC 6455, and any payload in any pieces', () => {
  expect(acceptOf('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  const hello = Buffer.from('818537fa213d7f9f4d5158', 'hex');
  expect(new FrameReader().feed(hello)?.[0]?.payload.toString()).toBe('Hello');
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 1, max: 50 }),
      fc.boolean(),
      (payload, size, isMasked) => {
        const frame = { opcode: 2, payload: Buffer.from(payload) };
        const bytes = encodeFrame(frame, isMasked ? Buffer.from([1, 2, 3, 4]) : undefined);
        const reader = new FrameReader();
        const twice = Buffer.concat([bytes, bytes]);
        const pieces = Array.from({ length: Math.ceil(twice.length / size) }, (_, index) =>
          twice.subarray(index * size, (index + 1) * size),
        );
        expect(pieces.flatMap((piece) => reader.feed(piece) ?? [])).toEqual([frame, frame]);
      },
    ),
  );
});

test('what is no frame, or one of a message in parts, is not taken', () => {
  expect(new FrameReader().feed(Buffer.from('HTTP/1.1 200 OK'))).toBeUndefined();
  expect(new FrameReader().feed(Buffer.from([0x02, 0x01, 0x00]))).toBeUndefined();
});
