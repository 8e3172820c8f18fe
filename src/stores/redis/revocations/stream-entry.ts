import { DEFAULT_TENANT, sessionId, tenantId } from "../../../domain/brand.js";
import type { Revocation } from "../../../domain/revocation.js";
import type { Milliseconds } from "../../../domain/time.js";
import { text } from "../connection/reply.js";

/** One entry of a partition's revocation stream. */
export interface StreamEntry {
  readonly id: string;
  /** Of the server, from the entry's id. */
  readonly atMs: Milliseconds;
  /** Revocations in this stream so far, this one included. */
  readonly sequence: number;
  /** Id of the revocation before this entry. */
  readonly previous: string;
  /** When the stream began: nothing before is vouched for. */
  readonly birthMs: Milliseconds;
  /** Absent for a heartbeat. */
  readonly revocation?: Revocation;
}

/** What one poll learns. */
export interface PollAnswer {
  readonly entries: readonly StreamEntry[];
  /** Where it was asked for. */
  readonly replication?: {
    /** Changes when another server, or another life of this one, took over. */
    readonly id: string;
    readonly replicas: number;
  };
}

/** Reads what the poll script answers; an entry that cannot be read is a fault, not a silence. */
export function readPoll(answer: unknown): PollAnswer {
  if (!Array.isArray(answer)) throw new TypeError("a poll answered out of turn");
  return {
    entries: readEntries(answer[0]),
    ...(answer.length < 3 ? {} : { replication: { id: text(answer[1]), replicas: Number(text(answer[2])) } }),
  };
}

/** Ids of a stream are two numbers, the first a time. */
export function isAfter(id: string, other: string): boolean {
  const [time = 0, count = 0] = id.split("-").map(Number);
  const [otherTime = 0, otherCount = 0] = other.split("-").map(Number);
  return time === otherTime ? count > otherCount : time > otherTime;
}

/** Reads entries of a stream, as XRANGE answers them. */
export function readEntries(answer: unknown): readonly StreamEntry[] {
  if (!Array.isArray(answer)) throw new TypeError("a stream answered out of turn");
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
    if (!Number.isSafeInteger(value)) throw new TypeError(`stream entry ${id}: field ${name} is no number`);
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
  // Of what others issued, their name stands where a tenant of ours would.
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
