import type { Problem } from "../domain/errors.js";
import type { ParsedConfig } from "./schema.js";

/**
 * What is wrong with `clients.<id>.renewal`. The bounds are what makes it safe: revocations and keys outlive a token
 * by the clock tolerance, so a token may be renewed no later than that; and the session, which renewal does not
 * extend, must not end first.
 */
export function renewalProblems({ clients, tokens, sessions }: ParsedConfig): readonly Problem[] {
  return Object.entries(clients).flatMap(([id, { renewal, refresh, delivery, accessTtlSeconds }]) => {
    if (renewal === undefined) return [];
    const problems: Problem[] = [];
    const demand = (sound: boolean, name: string, found: string, allowed: string, fix: string): void => {
      if (!sound)
        problems.push({
          kind: "INVALID_RENEWAL",
          where: `clients.${id}.renewal${name}`,
          found,
          allowed,
          fix,
        });
    };
    const life = accessTtlSeconds ?? tokens.accessTtlSeconds;
    const { windowSeconds, limitSeconds } = renewal;
    demand(
      !refresh && delivery === "bearer",
      "",
      refresh ? "a client with refresh tokens" : "a client with cookies",
      "a bearer client with refresh: false",
      "leave renewal out, or set refresh: false and delivery: bearer",
    );
    demand(
      windowSeconds <= tokens.clockToleranceSeconds,
      ".windowSeconds",
      `${windowSeconds} s`,
      `at most tokens.clockToleranceSeconds (${tokens.clockToleranceSeconds} s)`,
      "shorten the window: revocations are not remembered for longer than that after a token's end",
    );
    demand(
      limitSeconds >= life,
      ".limitSeconds",
      `${limitSeconds} s`,
      `at least the life of an access token (${life} s)`,
      "lengthen the limit, or leave renewal out",
    );
    demand(
      limitSeconds <= sessions.idleSeconds,
      ".limitSeconds",
      `${limitSeconds} s`,
      `at most sessions.idleSeconds (${sessions.idleSeconds} s): renewal does not extend a session`,
      "shorten the limit, or lengthen sessions.idleSeconds",
    );
    return problems;
  });
}
