import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrames, encodeFrames } from './frames.ts';

test('what was put in comes out', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (fields) => {
      expect(decodeFrames(encodeFrames(fields)).map((field) => [...field])).toEqual(fields.map((field) => [...field]));
    }),
  );
});

test('text is UTF-8, lengths are big endian', () => {
  expect([...encodeFrames(['é', ''])]).toEqual([0, 0, 0, 2, 0xc3, 0xa9, 0, 0, 0, 0]);
});

test('a stream that was cut anywhere but between fields is refused', () => {
  const stream = encodeFrames(['one', 'three']);
  const whole = [0, 7, stream.length];
  for (let length = 0; length <= stream.length; length += 1) {
    const reads = () => {
      try {
        return decodeFrames(stream.subarray(0, length)).length >= 0;
      } catch {
        return false;
      }
    };
    expect([length, reads()]).toEqual([length, whole.includes(length)]);
  }
});
