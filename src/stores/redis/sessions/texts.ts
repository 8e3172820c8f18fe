const MAX_TEXT_BYTES = 0x7fff;
const ONE_BYTE = 0x80;

/** A text as stored in records: its length in one byte, or in two bytes with the high bit set, then its bytes. */
export function packText(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const { length } = bytes;
  if (length > MAX_TEXT_BYTES)
    throw new TypeError(`a text of a session has ${length} bytes; at most ${MAX_TEXT_BYTES} can be stored`);
  const head = length < ONE_BYTE ? [length] : [ONE_BYTE + (length >> 8), length & 0xff];
  return Buffer.concat([Buffer.from(head), bytes]);
}

export const packTexts = (...texts: readonly string[]): Buffer => Buffer.concat(texts.map(packText));

/** Reads texts and bytes one after the other. After the end all texts are empty. */
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
