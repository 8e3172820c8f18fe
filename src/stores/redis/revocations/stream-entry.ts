import { DEFAULT_TENANT, sessionId, tenantId } from "../../../domain/brand.js";
import type { Revocation } from "../../../domain/revocation.js";
import type { Milliseconds } from "../../../domain/time.js";
import { text } from "../connection/reply.js";

/** One entry of the revocation stream of a partition. */
export interface StreamEntry {
  readonly id: string;
  /** The server's time, from the id of the entry. */
  readonly atMs: Milliseconds;
  /** How many revocations the stream has had, including this one. */
  readonly sequence: number;
  /** Id of the revocation before this entry. */
  readonly previous: string;
  /** When the stream began. Revocations from before may be lost. */
  readonly birthMs: Milliseconds;
  /** Absent for a heartbeat. */
  readonly revocation?: Revocation;
}

/** The answer to one poll. */
export interface PollAnswer {
  readonly entries: readonly StreamEntry[];
  /** Only if it was requested. */
  readonly replication?: {
    /** Changes when another server takes over, or this one restarts. */
    readonly id: string;
    readonly replicas: number;
  };
}

/** Parses the answer of the poll script. Throws for an entry that cannot be read: it must not be skipped. */
export function readPoll(answer: unknown): PollAnswer {
  if (!Array.isArray(answer)) throw new TypeError("the poll script did not answer with an array");
  return {
    entries: readEntries(answer[0]),
    ...(answer.length < 3 ? {} : { replication: { id: text(answer[1]), replicas: Number(text(answer[2])) } }),
  };
}

/** A stream id has two numbers; the first is a time. */
export function isAfter(id: string, other: string): boolean {
  const [time = 0, count = 0] = id.split("-").map(Number);
  const [otherTime = 0, otherCount = 0] = other.split("-").map(Number);
  return time === otherTime ? count > otherCount : time > otherTime;
}

/** Parses entries of a stream, as XRANGE returns them. */
export function readEntries(answer: unknown): readonly StreamEntry[] {
  if (!Array.isArray(answer)) throw new TypeError("a stream did not answer with a list of entries");
  return answer.map((entry: unknown) => {
    if (!Array.isArray(entry) || !Array.isArray(entry[1]))
      throw new TypeError("a stream entry without fields");
    return readEntry(text(entry[0]), entry[1]);
  });
}

function readEntry(id: string, flat: readonly unknown[]): StreamEntry {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(text(flat[i]), text(flat[i + 1]));
  const number = (name: string): number => {
    const value = Number(fields.get(name));
    if (!Number.isSafeInteger(value))
      throw new TypeError(`stream entry ${id}: field ${name} is not a number`);
    return value;
  };
  const revocation = readRevocation(fields, number);
  return {
    id,
    atMs: Number(id.split("-")[0]),
    sequence: number("q"),
    previous: fields.get("p") ?? "",
    birthMs: number("b"),
    ...(revocation === undefined ? {} : { revocation }),
  };
}

function readRevocation(
  fields: ReadonlyMap<string, string>,
  number: (name: string) => number,
): Revocation | undefined {
  const tenant = fields.get("t");
  const about = {
    tenant: tenant === undefined || tenant === "" ? DEFAULT_TENANT : tenantId(tenant),
  };
  const subject = fields.get("i") ?? "";
  // For outside tokens the field of the tenant has the issuer.
  const issuer = tenant ?? "";
  switch (fields.get("k")) {
    case "h":
      return undefined;
    case "s":
      return { kind: "session", ...about, sessionId: sessionId(subject), until: number("x") };
    case "u":
      return { kind: "user", ...about, subject, epoch: number("e"), until: number("x") };
    case "o":
      return { kind: "subject", issuer, subject, notBefore: number("e"), until: number("x") };
    case "d":
      return { kind: "outsideSession", issuer, sessionId: subject, until: number("x") };
    case "j":
      return { kind: "token", issuer, tokenId: subject, until: number("x") };
    case "t":
      return { kind: "tenant", ...about, notBefore: number("e"), until: number("x") };
    case "g":
      return { kind: "global", notBefore: number("e"), until: number("x") };
    default:
      throw new TypeError("a stream entry of an unknown kind");
  }
}
