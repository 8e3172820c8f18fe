import { describe, expect, it } from "vitest";
import type { Revocation } from "../../../../../src/domain/revocation.js";
import { createStreamFollower } from "../../../../../src/stores/redis/revocations/stream-follower.js";
import { createFakeClock } from "../../../../support/fake-clock.js";

const BIRTH = 1_700_000_000_000;
type Entry = readonly [id: string, fields: readonly (string | number)[]];

const heartbeat = (id: string, sequence: number, previous: string): Entry => [
  id,
  ["k", "h", "q", sequence, "p", previous, "b", BIRTH],
];
const revocation = (id: string, sequence: number, previous: string, user: string): Entry => [
  id,
  ["k", "u", "q", sequence, "p", previous, "b", BIRTH, "t", "", "i", user, "e", 7, "x", 2_000_000_000],
];

/** A follower with prepared answers; each is used once. */
function follow(...answers: readonly (readonly Entry[])[]) {
  const clock = createFakeClock();
  const asked: unknown[] = [];
  const applied: Revocation[] = [];
  const repaired: string[] = [];
  let rollbacks = 0;
  const script = [...answers];
  const follower = createStreamFollower({
    clock,
    poll: async (args) => {
      asked.push(args[0]);
      const next = script.shift();
      if (next === undefined) throw new Error("no answer");
      return [next];
    },
    read: async (after) => {
      asked.push(`look ${after}`);
      const next = script.shift();
      if (next === undefined) throw new Error("no answer");
      return next;
    },
    horizonMs: 1_000_000,
    staleMs: 2000,
    apply: (entry) => applied.push(entry),
    onRollback: () => {
      rollbacks += 1;
    },
    repair: async (holds) => {
      for (const entry of applied)
        if (!holds(entry)) repaired.push(entry.kind === "user" ? entry.subject : "?");
    },
  });
  const polls = async (times: number) => {
    for (let i = 0; i < times; i += 1) await follower.poll();
  };
  return { follower, clock, asked, applied, repaired, polls, rollbacks: () => rollbacks };
}

describe("whoever follows a stream", () => {
  it("reads on from where it stopped, and takes no continuation for a break", async () => {
    const { polls, asked, applied, rollbacks } = follow(
      [revocation("1-0", 1, "0-0", "ada"), heartbeat("2-0", 1, "1-0")],
      [revocation("3-0", 2, "1-0", "bob"), heartbeat("4-0", 2, "3-0")],
      [heartbeat("5-0", 2, "3-0")],
    );
    await polls(3);
    expect(asked).toEqual(["-", "2-0", "4-0"]);
    expect(applied).toHaveLength(2);
    expect(rollbacks()).toBe(0);
  });

  it.each([
    ["a number is missing", [revocation("5-0", 3, "1-0", "eve"), heartbeat("6-0", 3, "5-0")]],
    ["a number was given out twice", [revocation("5-0", 1, "0-0", "eve"), heartbeat("6-0", 1, "5-0")]],
    ["the predecessor is another", [revocation("5-0", 2, "0-9", "eve"), heartbeat("6-0", 2, "5-0")]],
    ["a heartbeat counts fewer", [heartbeat("6-0", 0, "0-0")]],
    ["a heartbeat knows another predecessor", [heartbeat("6-0", 1, "0-9")]],
    ["nothing comes after what was read", []],
  ])("notices a break when %s, reads anew and repairs", async (_, broken) => {
    const { polls, asked, repaired, rollbacks } = follow(
      [revocation("1-0", 1, "0-0", "ada"), heartbeat("2-0", 1, "1-0")],
      broken,
      [revocation("5-0", 1, "0-0", "eve"), heartbeat("7-0", 1, "5-0")],
    );
    await polls(2);
    expect(asked).toEqual(["-", "2-0", "-"]);
    expect(rollbacks()).toBe(1);
    expect(repaired).toEqual(["ada"]);
  });

  it("notices that an entry of its own is not there", async () => {
    const { follower, polls, rollbacks } = follow(
      [heartbeat("1-0", 0, "0-0")],
      [heartbeat("3-0", 0, "0-0")],
      [heartbeat("4-0", 0, "0-0")],
    );
    await polls(1);
    follower.expect("2-0", 1);
    await polls(1);
    expect(rollbacks()).toBe(1);
  });

  it("notices that another entry has the sequence number of its own", async () => {
    const { follower, polls, rollbacks } = follow(
      [heartbeat("1-0", 0, "0-0")],
      [revocation("3-0", 1, "0-0", "eve"), heartbeat("4-0", 1, "3-0")],
      [revocation("3-0", 1, "0-0", "eve"), heartbeat("5-0", 1, "3-0")],
    );
    await polls(1);
    follower.expect("2-0", 1);
    await polls(1);
    expect(rollbacks()).toBe(1);
  });

  it("finds its own entry and reports nothing", async () => {
    const { follower, polls, rollbacks } = follow(
      [heartbeat("1-0", 0, "0-0")],
      [revocation("2-0", 1, "0-0", "ada"), heartbeat("3-0", 1, "2-0")],
      [heartbeat("4-0", 1, "2-0")],
    );
    await polls(1);
    follower.expect("2-0", 1);
    await polls(2);
    expect(rollbacks()).toBe(0);
  });

  it("counts its age from when the last answered poll was sent, and a failed one not at all", async () => {
    const { follower, clock, polls } = follow([heartbeat("1-0", 0, "0-0")]);
    expect(follower.acknowledgedAtMs).toBeUndefined();
    const sentAt = clock.monotonicMs();
    await polls(1);
    clock.advanceMs(500);
    await expect(polls(1)).rejects.toThrow();
    expect(follower.acknowledgedAtMs).toBe(sentAt);
  });

  it("vouches for the past only as far as it has listened all the time", async () => {
    const later = (id: string): Entry => [id, ["k", "h", "q", 0, "p", "0-0", "b", BIRTH + 999]];
    const listening = follow([heartbeat("1-0", 0, "0-0")], [], [later("9-0")]);
    await listening.polls(2);
    expect(listening.follower.birthMs).toBe(BIRTH);
    const deaf = follow([heartbeat("1-0", 0, "0-0")], [], [later("9-0")]);
    await deaf.polls(1);
    deaf.clock.advanceMs(2001);
    await deaf.polls(1);
    expect(deaf.follower.birthMs).toBe(BIRTH + 999);
  });
});

describe("a hint about an entry", () => {
  const beginning = [revocation("1-0", 1, "0-0", "ada"), heartbeat("2-0", 1, "1-0")];

  it("looks for it at once, and vouches for nothing by that", async () => {
    const { follower, clock, polls, asked, applied } = follow(
      beginning,
      [revocation("3-0", 2, "1-0", "bob")],
      [heartbeat("4-0", 2, "3-0")],
    );
    await polls(1);
    const acknowledgedAt = follower.acknowledgedAtMs;
    clock.advanceMs(500);
    await follower.hear("3-0");
    expect(applied).toHaveLength(2);
    expect(follower.acknowledgedAtMs).toBe(acknowledgedAt);
    await polls(1);
    expect(asked).toEqual(["-", "look 2-0", "3-0"]);
  });

  it.each([
    ["was read already", "1-0", undefined],
    ["is older than a heartbeat that was read", "1-7", undefined],
    ["was written here", "3-0", 2],
  ])("does not look when it %s", async (_, id, sequence) => {
    const { follower, polls, asked } = follow(beginning);
    await polls(1);
    if (sequence !== undefined) follower.expect(id, sequence);
    await follower.hear(id);
    expect(asked).toEqual(["-"]);
  });

  it("leaves it to the first poll when there was none yet", async () => {
    const { follower, asked } = follow(beginning);
    await follower.hear("1-0");
    expect(asked).toEqual([]);
  });

  it("reads once for all hints that arrive while it reads", async () => {
    const { follower, polls, asked, applied } = follow(beginning, [
      revocation("3-0", 2, "1-0", "bob"),
      revocation("3-1", 3, "3-0", "eve"),
    ]);
    await polls(1);
    await Promise.all(["3-0", "3-1", "3-0"].map((id) => follower.hear(id)));
    expect(asked).toEqual(["-", "look 2-0"]);
    expect(applied).toHaveLength(3);
  });

  it("fixes the stream when what it sees continues nothing", async () => {
    const { follower, polls, asked, repaired, rollbacks } = follow(
      beginning,
      [revocation("5-0", 1, "0-0", "eve")],
      [revocation("5-0", 1, "0-0", "eve"), heartbeat("6-0", 1, "5-0")],
      [revocation("5-0", 1, "0-0", "eve"), heartbeat("7-0", 1, "5-0")],
    );
    await polls(1);
    await follower.hear("5-0");
    expect(asked).toEqual(["-", "look 2-0", "2-0", "-"]);
    expect(rollbacks()).toBe(1);
    expect(repaired).toEqual(["ada"]);
  });

  it("is none the worse for a look that fails", async () => {
    const { follower, polls, applied } = follow(
      beginning,
      [["3-0", ["k", "u", "q", "none"]]],
      [revocation("3-0", 2, "1-0", "bob"), heartbeat("4-0", 2, "3-0")],
    );
    await polls(1);
    await follower.hear("3-0");
    await polls(1);
    expect(applied).toHaveLength(2);
  });
});
