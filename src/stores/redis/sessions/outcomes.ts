import type { Ended, EndReason } from "../../../domain/commands.js";
import { FaultError } from "../../../domain/errors.js";
import { RETRY_AFTER_SECONDS } from "../connection/client.js";
import { type Reply, unexpected } from "../connection/reply.js";

/** The outcome for a session that has ended, from the answer of a script. */
export const overFrom = (verb: string, reply: Reply): Ended => {
  switch (reply.kind) {
    case "unknown":
    case "invalid":
      return { kind: reply.kind };
    case "ended":
      return { kind: "ended", reason: endReason(verb, reply.detail) };
    case "expired":
      return { kind: "expired", limit: reply.detail === "absolute" ? "absolute" : "idle" };
    // The command waited in a buffer past its deadline. The script changed nothing, so a retry is harmless.
    case "late":
      throw new FaultError(
        "SERVICE_UNAVAILABLE",
        `script ${verb} reached Redis after its deadline and was not run`,
        {
          details: { retryAfter: RETRY_AFTER_SECONDS },
        },
      );
    default:
      throw unexpected(verb, reply.kind);
  }
};

const END_REASONS: readonly EndReason[] = ["revoked", "reused", "all sessions ended", "locked", "not before"];

function endReason(verb: string, detail: string): EndReason {
  const reason = END_REASONS.find((known) => known === detail);
  if (reason === undefined) throw unexpected(verb, detail);
  return reason;
}

/** The reason of a refused refresh whose session stays live. */
export function refusal(detail: string): "repeated too often" | "stale" | "retired" {
  if (detail === "repeated too often" || detail === "stale" || detail === "retired") return detail;
  throw unexpected("rotate", detail);
}
