const LONGEST_TEXT = 0x7fff;
const ONE_BYTE = 0x80;

/** A text as records keep it: its length in one byte, or in two with the high bit set, and the bytes. */
export function packText(text: string | Buffer): Buffer {
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text, "utf8");
  const { length } = bytes;
  if (length > LONGEST_TEXT) throw new TypeError("a text of a session is too long to be stored");
  const head = length < ONE_BYTE ? [length] : [ONE_BYTE + (length >> 8), length & 0xff];
  return Buffer.concat([Buffer.from(head), bytes]);
}

export const packTexts = (...texts: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(texts.map(packText));

/** Reads text after text; behind the end stand only empty ones. */
export function textReader(packed: Buffer): { bytes(): Buffer; text(): string } {
  let at = 0;
  const bytes = (): Buffer => {
    if (at >= packed.length) return Buffer.alloc(0);
    let length = packed.readUInt8(at);
    at += 1;
    if (length >= ONE_BYTE) {
      length = (length - ONE_BYTE) * 256 + packed.readUInt8(at);
      at += 1;
    }
    at += length;
    if (at > packed.length) throw new TypeError("a session record ends within a text");
    return packed.subarray(at - length, at);
  };
  return { bytes, text: () => bytes().toString("utf8") };
}
