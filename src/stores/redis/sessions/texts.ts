const LONGEST_TEXT = 0x7fff;
const ONE_BYTE = 0x80;

/** A text as records keep it: its length in one byte, or in two with the high bit set, and the bytes. */
export function packText(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const { length } = bytes;
  if (length > LONGEST_TEXT) throw new TypeError("a text of a session is too long to be stored");
  const head = length < ONE_BYTE ? [length] : [ONE_BYTE + (length >> 8), length & 0xff];
  return Buffer.concat([Buffer.from(head), bytes]);
}

export const packTexts = (...texts: readonly string[]): Buffer => Buffer.concat(texts.map(packText));

/** Reads text after text, and bytes of a known number; behind the end stand only empty texts. */
export function textReader(packed: Buffer): { bytes(length: number): Buffer; text(): string } {
  let at = 0;
  const bytes = (length: number): Buffer => {
    at += length;
    if (at > packed.length) throw new TypeError("a session record ends within a text");
    return packed.subarray(at - length, at);
  };
  const text = (): string => {
    if (at >= packed.length) return "";
    const first = bytes(1).readUInt8();
    const length = first < ONE_BYTE ? first : (first - ONE_BYTE) * 256 + bytes(1).readUInt8();
    return bytes(length).toString("utf8");
  };
  return { bytes, text };
}
