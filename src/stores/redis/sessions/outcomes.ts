import type { Ended, EndReason } from "../../../domain/commands.js";
import { FaultError } from "../../../domain/errors.js";
import { RETRY_AFTER_SECONDS } from "../connection/client.js";
import { type Reply, unexpected } from "../connection/reply.js";

/** The ways in which a session can be over, as rotate and elevate answer them. */
export const overFrom = (verb: string, reply: Reply): Ended => {
  switch (reply.kind) {
    case "unknown":
    case "invalid":
      return { kind: reply.kind };
    case "ended":
      return { kind: "ended", reason: endReason(verb, reply.detail) };
    case "expired":
      return { kind: "expired", limit: reply.detail === "absolute" ? "absolute" : "idle" };
    // It waited in some buffer until we had given up. Nothing was changed, and a retry is harmless.
    case "late":
      throw new FaultError("SERVICE_UNAVAILABLE", `Redis took up script ${verb} too late to run it`, {
        details: { retryAfter: RETRY_AFTER_SECONDS },
      });
    default:
      throw unexpected(verb, reply.kind);
  }
};

const END_REASONS: readonly EndReason[] = ["revoked", "reused", "epoch", "locked", "not before"];

function endReason(verb: string, detail: string): EndReason {
  const reason = END_REASONS.find((known) => known === detail);
  if (reason === undefined) throw unexpected(verb, detail);
  return reason;
}

/** Why a refresh is refused while its session goes on. */
export function refusal(detail: string): "exhausted" | "two back" | "retired" {
  if (detail === "exhausted" || detail === "two back" || detail === "retired") return detail;
  throw unexpected("rotate", detail);
}
