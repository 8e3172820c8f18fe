import type { Problem } from "../domain/errors.js";
import type { ParsedConfig } from "./schema.js";

/**
 * Checks `clients.<id>.renewal`. Its bounds make renewal safe: revocations and keys are kept for the clock tolerance
 * after a token expires, so a token may not be renewed later than that. The session must not end before the limit,
 * because renewal does not extend it.
 */
export function renewalProblems({ clients, tokens, sessions }: ParsedConfig): readonly Problem[] {
  return Object.entries(clients).flatMap(([id, { renewal, refresh, delivery, accessTtlSeconds }]) => {
    if (renewal === undefined) return [];
    const problems: Problem[] = [];
    const check = (valid: boolean, name: string, found: string, allowed: string, fix: string): void => {
      if (!valid)
        problems.push({
          kind: "INVALID_RENEWAL",
          where: `clients.${id}.renewal${name}`,
          found,
          allowed,
          fix,
        });
    };
    const lifetimeSeconds = accessTtlSeconds ?? tokens.accessTtlSeconds;
    const { windowSeconds, limitSeconds } = renewal;
    check(
      !refresh && delivery === "bearer",
      "",
      refresh ? "a client with refresh tokens" : "a client with cookies",
      "a bearer client with refresh: false",
      "leave renewal out, or set refresh: false and delivery: bearer",
    );
    check(
      windowSeconds <= tokens.clockToleranceSeconds,
      ".windowSeconds",
      `${windowSeconds} s`,
      `at most tokens.clockToleranceSeconds (${tokens.clockToleranceSeconds} s)`,
      "shorten the window: revocations are kept only that long after a token expires",
    );
    check(
      limitSeconds >= lifetimeSeconds,
      ".limitSeconds",
      `${limitSeconds} s`,
      `at least the lifetime of an access token (${lifetimeSeconds} s)`,
      "lengthen the limit, or leave renewal out",
    );
    check(
      limitSeconds <= sessions.idleSeconds,
      ".limitSeconds",
      `${limitSeconds} s`,
      `at most sessions.idleSeconds (${sessions.idleSeconds} s): renewal does not extend a session`,
      "shorten the limit, or lengthen sessions.idleSeconds",
    );
    return problems;
  });
}
