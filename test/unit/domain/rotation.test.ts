import { describe, expect, it } from "vitest";
import type { RotateSession } from "../../../src/domain/commands.js";
import { DEFAULT_SESSION_POLICY as POLICY } from "../../../src/domain/policy.js";
import type { Session, UserState } from "../../../src/domain/session.js";
import { transition } from "../../../src/domain/transition.js";
import { createChain, createCommand, rotateCommand } from "../../../src/testing/index.js";

const NOW_MS = 1_800_000_000_000;
const NOW = NOW_MS / 1000;
const chain = createChain();

/** A session of generation 5, last rotated now. */
function aState(change: Partial<Session> = {}, owner: Partial<UserState> = {}) {
  const created = transition({}, createCommand(chain, NOW), NOW_MS, POLICY);
  if (created.session === undefined || created.user === undefined) throw new Error("not created");
  const session: Session = {
    ...created.session,
    generation: 5,
    next: chain.hash(6),
    ...change,
  };
  return { session, user: { ...created.user, ...owner } };
}

const refresh = (
  generation: number,
  state: ReturnType<typeof aState>,
  laterMs = 0,
  overrides: Partial<RotateSession> = {},
) => transition(state, rotateCommand(chain, generation, NOW, overrides), NOW_MS + laterMs, POLICY);

describe("the decision table of a refresh", () => {
  const grace = POLICY.graceSeconds * 1000;
  it.each([
    ["the current token", 5, 0, "rotated"],
    ["the current token, long after", 5, 10 * grace, "rotated"],
    ["the previous token within the window", 4, grace, "repeated"],
    ["the previous token after the window", 4, grace + 1, "reused"],
    ["the token two back within the window", 3, grace, "refused"],
    ["the token two back after the window", 3, grace + 1, "reused"],
    ["a token three back", 2, 0, "reused"],
    ["the first token", 0, 0, "reused"],
    ["the token one ahead", 6, 0, "healed"],
    ["a token two ahead", 7, 0, "invalid"],
  ])("answers %s", (_, generation, laterMs, kind) => {
    expect(refresh(generation, aState(), laterMs).outcome.kind).toBe(kind);
  });

  it.each([
    ["revoked", { ended: "revoked" as const }, {}, { kind: "ended", reason: "revoked" }],
    ["of an older epoch", { epoch: NOW_MS - 1 }, {}, { kind: "ended", reason: "all sessions ended" }],
    [
      "of a newer epoch than the store knows",
      { epoch: NOW_MS + 1 },
      {},
      { kind: "ended", reason: "all sessions ended" },
    ],
    ["of a locked user", {}, { locked: true }, { kind: "ended", reason: "locked" }],
    ["older than the user's not-before", {}, { notBefore: NOW + 1 }, { kind: "ended", reason: "not before" }],
    ["idle", { expiresAt: NOW }, {}, { kind: "expired", limit: "idle" }],
    [
      "at its absolute limit",
      { absoluteExpiresAt: NOW, expiresAt: NOW },
      {},
      { kind: "expired", limit: "absolute" },
    ],
  ])("asks first whether the session is %s, whatever token comes", (_, change, owner, outcome) => {
    for (const generation of [0, 4, 5, 6]) {
      const result = refresh(generation, aState(change, owner));
      expect(result).toEqual({ outcome });
    }
  });

  it("takes a lost user record for a lost epoch", () => {
    const { session } = aState();
    const command = rotateCommand(chain, 5, NOW);
    expect(transition({ session }, command, NOW_MS, POLICY).outcome).toEqual({
      kind: "ended",
      reason: "all sessions ended",
    });
  });

  it("lets a clock that runs behind reopen no window", () => {
    const state = aState({ rotatedAtMs: NOW_MS + 600_000 });
    const { session } = refresh(5, state);
    expect(session?.rotatedAtMs).toBe(NOW_MS + 600_000);
    expect(refresh(4, aState({ expiresAt: NOW + 500, rotatedAtMs: NOW_MS + 600_000 })).outcome.kind).toBe(
      "expired",
    );
  });

  it("never extends the absolute limit and never moves auth_time", () => {
    const { session } = refresh(5, aState(), 1000);
    const before = aState().session;
    expect(session?.absoluteExpiresAt).toBe(before.absoluteExpiresAt);
    expect(session?.authTime).toBe(before.authTime);
    expect(session?.expiresAt).toBe(NOW + 1 + POLICY.idleSeconds);
  });

  it("remembers the latest expiry ever stated, and no earlier one", () => {
    const later = refresh(5, aState(), 0, { accessExpiresBy: NOW + 9000 });
    expect(later.user?.accessExpiresBy).toBe(NOW + 9000);
    const shorter = refresh(5, aState({}, { accessExpiresBy: NOW + 9000 }), 0, { accessExpiresBy: NOW + 60 });
    expect(shorter.user?.accessExpiresBy).toBe(NOW + 9000);
    expect(refresh(0, aState({}, { accessExpiresBy: NOW + 9000 })).revocation).toMatchObject({
      until: NOW + 9000 + POLICY.revocationMarginSeconds,
    });
  });

  it("changes nothing where it refuses", () => {
    for (const [generation, overrides] of [
      [3, {}],
      [7, {}],
      [5, { successor: chain.hash(9) }],
      [5, { scopes: ["none"] }],
      [5, { delivery: "cookie" as const }],
    ] as const) {
      const { session, user, revocation } = refresh(generation, aState(), 0, overrides);
      expect([session, user, revocation]).toEqual([undefined, undefined, undefined]);
    }
  });
});
