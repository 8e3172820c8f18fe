import { FaultError } from "../../../domain/errors.js";

/** The answer of a script: kind, detail, and further values by position. */
export interface Reply {
  readonly kind: string;
  readonly detail: string;
  number(position: number): number;
  bytes(position: number): Buffer;
  list(position: number): readonly unknown[];
}

/** Every script answers with an array that begins with a kind and a detail. */
export function readReply(answer: unknown): Reply {
  if (!Array.isArray(answer))
    throw new FaultError("INTERNAL_SERVER_ERROR", "a script did not answer with an array");
  const values: readonly unknown[] = answer;
  // The script did nothing, so the caller can try again.
  if (text(values[0]) === "overdue")
    throw new FaultError("SERVICE_UNAVAILABLE", "a command reached the store after its deadline");
  return {
    kind: text(values[0]),
    detail: text(values[1]),
    number(position) {
      const value = Number(text(values[position]));
      if (Number.isFinite(value)) return value;
      throw new FaultError(
        "INTERNAL_SERVER_ERROR",
        "the answer of a script has no number where one is expected",
      );
    },
    bytes(position) {
      const value = values[position];
      return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
    },
    list(position) {
      const value = values[position];
      return Array.isArray(value) ? value : [];
    },
  };
}

/** The name of a session in keys, from the bytes in the list of the user. */
export const memberName = (value: unknown): string =>
  Buffer.isBuffer(value) ? value.toString("base64url") : "";

export const text = (value: unknown): string =>
  Buffer.isBuffer(value)
    ? value.toString("utf8")
    : value === undefined || value === null
      ? ""
      : String(value);

/** A script answered something that this code does not expect: a programming error. */
export const unexpected = (verb: string, kind: string): FaultError =>
  new FaultError("INTERNAL_SERVER_ERROR", `script ${verb} answered "${kind}"`);
