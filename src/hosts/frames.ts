/**
 * How file lists travel to and from a host in one stream: each field is its length (4 bytes, big endian; Perl's `N`)
 * followed by its bytes. Nothing needs escaping, so names and contents may hold anything.
 */
export function encodeFrames(fields: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = typeof field === 'string' ? Buffer.from(field) : field;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** Takes a stream of fields apart again. Throws when it ends in the middle of one. */
export function decodeFrames(stream: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const fields: Uint8Array[] = [];
  for (let at = 0; at < stream.length;) {
    if (at + 4 > stream.length) throw new Error('a stream of fields ends inside a length');
    const end = at + 4 + view.getUint32(at);
    if (end > stream.length) throw new Error('a stream of fields ends inside a field');
    fields.push(stream.subarray(at + 4, end));
    at = end;
  }
  return fields;
}
