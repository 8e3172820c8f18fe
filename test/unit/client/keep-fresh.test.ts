import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GatewayUnavailableError } from "../../../src/client/index.js";
import { createKeepFresh } from "../../../src/client/keep-fresh.js";
import { createPause } from "../../../src/client/pause.js";
import type { StoredTokens } from "../../../src/client/storage.js";

const LIFETIME_SECONDS = 300;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A visible window with a session that has just begun. */
const aWindow = (attempt: () => Promise<void> = async () => undefined) => {
  const tokens: StoredTokens = {
    accessToken: "at1",
    refreshToken: "rt1",
    expiresAtSeconds: Date.now() / 1000 + LIFETIME_SECONDS,
    lifetimeSeconds: LIFETIME_SECONDS,
  };
  const seen = { attempts: 0, awake: 0 };
  const fresh = createKeepFresh({
    page: { document: { visibilityState: "visible" } },
    now: Date.now,
    storage: { get: () => tokens },
    canRefresh: () => true,
    pausedUntilMs: () => 0,
    attempt: async () => {
      seen.attempts += 1;
      await attempt();
    },
    onAwake: () => {
      seen.awake += 1;
    },
  });
  fresh.schedule();
  return { fresh, seen };
};

describe("a machine that was asleep", () => {
  it("is noticed by a late timer, and refreshes at once what has ended meanwhile", async () => {
    const { seen, fresh } = aWindow();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(seen).toEqual({ attempts: 0, awake: 0 });
    // The clock goes on while timers stand still.
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(seen.awake).toBe(1);
    expect(seen.attempts).toBeGreaterThanOrEqual(1);
    fresh.close();
  });

  it("is not a timer that is a little late", async () => {
    const { seen, fresh } = aWindow();
    vi.setSystemTime(Date.now() + 4000);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(seen).toEqual({ attempts: 0, awake: 0 });
    fresh.close();
  });
});

describe("an attempt ahead", () => {
  it("comes between 70 % and 90 % of the life of the token", async () => {
    const { seen, fresh } = aWindow();
    await vi.advanceTimersByTimeAsync(LIFETIME_SECONDS * 700 - 1);
    expect(seen.attempts).toBe(0);
    await vi.advanceTimersByTimeAsync(LIFETIME_SECONDS * 200 + 1);
    expect(seen.attempts).toBeGreaterThanOrEqual(1);
    fresh.close();
  });

  it("is not made twice at the same time, nor after the end", async () => {
    const { seen, fresh } = aWindow(() => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(LIFETIME_SECONDS * 1000);
    expect(seen.attempts).toBe(1);
    fresh.close();
    await vi.advanceTimersByTimeAsync(LIFETIME_SECONDS * 1000);
    expect(seen.attempts).toBe(1);
  });
});

describe("a pause", () => {
  const failed = (retryAfterSeconds?: number) => new GatewayUnavailableError("No.", { retryAfterSeconds });
  const aPause = (random = 1) => {
    let nowMs = 1_000_000;
    const pause = createPause(
      () => nowMs,
      () => random,
    );
    return { pause, advance: (ms: number) => (nowMs += ms), now: () => nowMs };
  };

  it("grows from one second to one minute", () => {
    const { pause, now } = aPause();
    const lengths = Array.from({ length: 8 }, () => {
      pause.begin(failed());
      return pause.untilMs() - now();
    });
    expect(lengths).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it("is random, and never shorter than a second", () => {
    const { pause, now } = aPause(0);
    pause.begin(failed());
    expect(pause.untilMs() - now()).toBe(1000);
    pause.begin(failed());
    pause.begin(failed());
    expect(pause.untilMs() - now()).toBe(2000);
  });

  it("is skipped when the network is back, unless the gateway asked for it", () => {
    const { pause } = aPause();
    pause.begin(failed());
    pause.skip();
    expect(() => pause.check()).not.toThrow();
    pause.begin(failed(30));
    pause.skip();
    expect(() => pause.check()).toThrow("No.");
  });

  it("ends when the clock is set back", () => {
    const { pause, advance } = aPause();
    pause.begin(failed(30));
    advance(-3_600_000);
    expect(() => pause.check()).not.toThrow();
  });
});
