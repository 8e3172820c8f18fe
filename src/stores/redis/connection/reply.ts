import { FaultError } from "../../../domain/errors.js";

/** What a script answered: kind, detail and the rest, by position. */
export interface Reply {
  readonly kind: string;
  readonly detail: string;
  number(position: number): number;
  bytes(position: number): Buffer;
  list(position: number): readonly unknown[];
}

/** Every verb answers with an array that begins with a kind and a detail. */
export function readReply(answer: unknown): Reply {
  if (!Array.isArray(answer)) throw new FaultError("INTERNAL_SERVER_ERROR", "a script answered out of turn");
  const values: readonly unknown[] = answer;
  // Nothing was done. Whoever still waits for it may ask again.
  if (text(values[0]) === "overdue")
    throw new FaultError("SERVICE_UNAVAILABLE", "a command reached the store after its deadline");
  return {
    kind: text(values[0]),
    detail: text(values[1]),
    number(position) {
      const value = Number(text(values[position]));
      if (Number.isFinite(value)) return value;
      throw new FaultError("INTERNAL_SERVER_ERROR", "a script answered without a number");
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

/** A session's name as keys spell it, from the bytes a user's list keeps. */
export const memberName = (value: unknown): string =>
  Buffer.isBuffer(value) ? value.toString("base64url") : "";

export const text = (value: unknown): string =>
  Buffer.isBuffer(value)
    ? value.toString("utf8")
    : value === undefined || value === null
      ? ""
      : String(value);

/** A script and this code disagree: a fault of ours, never an answer to a client. */
export const unexpected = (verb: string, kind: string): FaultError =>
  new FaultError("INTERNAL_SERVER_ERROR", `script ${verb} answered "${kind}"`);
