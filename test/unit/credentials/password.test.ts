import { parseOptions } from "@node-rs/argon2";
import { describe, expect, it, vi } from "vitest";
import { HashingPool } from "../../../src/credentials/hashing-pool.js";
import { createPasswordProvider } from "../../../src/credentials/password.js";
import { hashPassword, isArgon2idHash, passwordFits } from "../../../src/credentials/password-hash.js";
import { passwordCost, type User, type UserDirectory } from "../../../src/credentials/user-directory.js";
import { DEFAULT_TENANT, userId } from "../../../src/domain/brand.js";
import { ManualClock, NOW } from "../../support/token-builders.js";

const CHEAP = { memoryCost: 1024, timeCost: 1, parallelism: 1 };
const PASSWORD = "correct horse";

async function aHarness(changes: Partial<User> = {}, options: { readonly cost?: typeof CHEAP } = {}) {
  const user: User = {
    id: userId("u-ada"),
    tenant: DEFAULT_TENANT,
    username: "ada",
    status: "active",
    scopes: [],
    passwordHash: await hashPassword(PASSWORD, CHEAP),
    attributes: {},
    ...changes,
  };
  const saved: string[] = [];
  const directory: UserDirectory = {
    byUsername: async (_, name) => (name === "ada" ? user : undefined),
    byId: async (_, id) => (id === user.id ? user : undefined),
    saveRehash: async (_, __, passwordHash) => void saved.push(passwordHash),
  };
  const provider = createPasswordProvider({ directory, clock: new ManualClock(), cost: CHEAP, ...options });
  return { provider, user, saved };
}

describe("a password", () => {
  it("proves its user, now, by password", async () => {
    const { provider, user } = await aHarness();
    expect(await provider.prove(DEFAULT_TENANT, "ada", PASSWORD)).toEqual({
      kind: "proven",
      user,
      authTime: NOW,
      amr: ["pwd"],
    });
  });

  it("proves nothing when it is wrong, and the reason stays inside", async () => {
    const { provider, user } = await aHarness();
    expect(await provider.prove(DEFAULT_TENANT, "ada", "wrong")).toEqual({
      kind: "refused",
      reason: "wrong password",
      user,
    });
    expect(await provider.prove(DEFAULT_TENANT, "eve", PASSWORD)).toEqual({
      kind: "refused",
      reason: "unknown user",
    });
    expect(await provider.proveUser(user, "")).toMatchObject({ reason: "wrong password" });
  });

  it.each(["locked", "disabled"] as const)(
    "does not open a %s account, nor does a wrong one reveal the state",
    async (status) => {
      const { provider } = await aHarness({ status });
      expect(await provider.prove(DEFAULT_TENANT, "ada", PASSWORD)).toMatchObject({ reason: status });
      expect(await provider.prove(DEFAULT_TENANT, "ada", "wrong")).toMatchObject({
        reason: "wrong password",
      });
    },
  );

  it("fits no user without one, nor a hash of another kind", async () => {
    const { user, provider } = await aHarness();
    const { passwordHash: _, ...without } = user;
    expect(await provider.proveUser(without, PASSWORD)).toMatchObject({ reason: "no password" });
    for (const passwordHash of [
      "",
      PASSWORD,
      "$2b$10$abcdefghijklmnopqrstuv",
      "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
    ]) {
      expect(await provider.proveUser({ ...user, passwordHash }, PASSWORD)).toMatchObject({
        reason: "wrong password",
      });
    }
  });

  it("of more than a kibibyte is refused, and never hashed", async () => {
    const { provider, user } = await aHarness();
    expect(await provider.proveUser(user, "x".repeat(1025))).toMatchObject({ reason: "wrong password" });
    await expect(hashPassword("x".repeat(1025), CHEAP)).rejects.toThrow(TypeError);
    await expect(hashPassword("", CHEAP)).rejects.toThrow(TypeError);
  });

  it("is the same however the keyboard composes it", async () => {
    expect(await passwordFits(await hashPassword("caf\u00e9", CHEAP), "cafe\u0301")).toBe(true);
  });

  it("gets a new hash after a success once the parameters have grown, and only then", async () => {
    const grown = await aHarness({}, { cost: { ...CHEAP, memoryCost: 2048 } });
    await grown.provider.prove(DEFAULT_TENANT, "ada", "wrong");
    expect(grown.saved).toEqual([]);
    await grown.provider.prove(DEFAULT_TENANT, "ada", PASSWORD);
    await vi.waitFor(() => expect(grown.saved).toHaveLength(1));
    expect(grown.saved.map((hash) => parseOptions(hash).memoryCost)).toEqual([2048]);
    expect(await passwordFits(grown.saved[0] ?? "", PASSWORD)).toBe(true);
    const same = await aHarness();
    await same.provider.prove(DEFAULT_TENANT, "ada", PASSWORD);
    // A renewal would have been started by now, and hashed before this.
    await same.provider.hash(PASSWORD);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(same.saved).toEqual([]);
  });

  it("is hashed with argon2id at least as strongly as we promise", async () => {
    const made = await hashPassword(PASSWORD);
    expect(isArgon2idHash(made)).toBe(true);
    expect(parseOptions(made)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  });
});

describe("what a check of a password costs", () => {
  const COSTLY = { memoryCost: 8192, timeCost: 3, parallelism: 1 };

  it.each([
    ["a directory that lists its hashes", true],
    ["one that does not", false],
  ])(
    "is the same for everybody, whatever the cost of an imported hash: %s",
    async (_, lists) => {
      const [cheap, costly] = [await hashPassword(PASSWORD, CHEAP), await hashPassword(PASSWORD, COSTLY)];
      const base = { tenant: DEFAULT_TENANT, status: "active", scopes: [], attributes: {} } as const;
      const users = new Map<string, User>([
        ["cheap", { ...base, id: userId("1"), username: "cheap", passwordHash: cheap }],
        ["costly", { ...base, id: userId("2"), username: "costly", passwordHash: costly }],
        ["none", { ...base, id: userId("3"), username: "none" }],
        ["unreadable", { ...base, id: userId("4"), username: "unreadable", passwordHash: "$argon2id$x$y$z" }],
      ]);
      const directory: UserDirectory = {
        byUsername: async (_tenant, name) => users.get(name),
        byId: async () => undefined,
        ...(lists ? { passwordCosts: () => new Set([cheap, costly].map(passwordCost)) } : {}),
      };
      const provider = createPasswordProvider({ directory, clock: new ManualClock(), cost: CHEAP });
      const names = [...users.keys(), "nobody"];
      const fastest = new Map<string, number>();
      const spread = (): number => Math.max(...fastest.values()) / Math.min(...fastest.values());
      for (const name of names) await provider.prove(DEFAULT_TENANT, name, "wrong");
      // Turn by turn, and the fastest of each counts: other work on this machine only ever adds. What one user's check
      // does and another's does not is in its fastest as well, however many rounds there are.
      const began = performance.now();
      const mayGoOn = (): boolean => spread() >= 1.6 && performance.now() - began < 60_000;
      for (let round = 0; round < 15 || mayGoOn(); round += 1)
        for (const name of names) {
          const started = performance.now();
          await provider.prove(DEFAULT_TENANT, name, "wrong");
          const took = performance.now() - started;
          fastest.set(name, Math.min(took, fastest.get(name) ?? took));
        }
      expect(spread()).toBeLessThan(1.6);
      expect(await provider.prove(DEFAULT_TENANT, "costly", PASSWORD)).toMatchObject({ kind: "proven" });
      expect(await provider.prove(DEFAULT_TENANT, "cheap", PASSWORD)).toMatchObject({ kind: "proven" });
    },
    180_000,
  );
});

describe("an unknown user", () => {
  it("costs as much as a wrong password", async () => {
    const { provider } = await aHarness();
    const time = async (name: string): Promise<number> => {
      const started = process.hrtime.bigint();
      await provider.prove(DEFAULT_TENANT, name, "wrong");
      return Number(process.hrtime.bigint() - started);
    };
    let [known, unknown] = [0, 0];
    // Turn by turn, so that whatever else the machine does weighs on both alike.
    for (let round = 0; round < 40; round += 1) {
      known += await time("ada");
      unknown += await time("eve");
    }
    expect(unknown / known).toBeGreaterThan(0.4);
    expect(unknown / known).toBeLessThan(2.5);
  });
});

describe("the hashing pool", () => {
  it("never runs more than its bound, serves whoever waits, and turns away the rest", async () => {
    const pool = new HashingPool(2, 3);
    let running = 0;
    let most = 0;
    const work = async (): Promise<string> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return "done";
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 7 }, () => pool.run(work)));
    expect(most).toBe(2);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(5);
    const refusal = outcomes.find((outcome) => outcome.status === "rejected");
    expect(refusal?.reason).toMatchObject({ code: "SERVICE_UNAVAILABLE", details: { retryAfter: 1 } });
    expect(await pool.run(work)).toBe("done");
  });

  it("gives its place back when work fails", async () => {
    const pool = new HashingPool(1, 0);
    await expect(pool.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await pool.run(async () => "done")).toBe("done");
  });
});
