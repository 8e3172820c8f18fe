import { describe, expect, it, vi } from "vitest";
import { createHashRenewal } from "../../../src/credentials/hash-renewal.js";
import { createPasswordProvider } from "../../../src/credentials/password.js";
import { hashPassword } from "../../../src/credentials/password-hash.js";
import type { User, UserDirectory } from "../../../src/credentials/user-directory.js";
import { DEFAULT_TENANT } from "../../../src/domain/brand.js";
import { FaultError } from "../../../src/domain/errors.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aUser, PASSWORD } from "../../support/session-bench.js";

const OLD = { memoryCost: 1024, timeCost: 1, parallelism: 1 };
const NEW = { memoryCost: 2048, timeCost: 1, parallelism: 1 };

async function aRenewal(save: (id: string) => Promise<void>) {
  const clock = createFakeClock();
  const passwordHash = await hashPassword(PASSWORD, OLD);
  const users = new Map(
    Array.from({ length: 20 }, (_, index) => {
      const user = aUser(`u${index}`, { passwordHash });
      return [user.username, user] as const;
    }),
  );
  const asked: string[] = [];
  const told: string[] = [];
  const directory: UserDirectory = {
    byUsername: async (_, name) => users.get(name),
    byId: async (_, id) => [...users.values()].find((user) => user.id === id),
    saveRehash: async (_, id) => {
      asked.push(id);
      await save(id);
    },
  };
  const onRenewalFailed = (reason: string): void => void told.push(reason);
  const provider = createPasswordProvider({ directory, clock, cost: NEW, onRenewalFailed });
  const renew = createHashRenewal({ directory, clock, onRenewalFailed }, NEW, async () => "renewed");
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));
  const renewAll = async (): Promise<void> => {
    for (const user of users.values()) renew(user, passwordHash, PASSWORD);
    await settled();
  };
  return { clock, users, passwordHash, asked, told, provider, renew, renewAll, settled };
}

describe("an outdated hash", () => {
  it("whose renewal never ends delays no login", async () => {
    const { provider, asked } = await aRenewal(() => new Promise(() => undefined));
    for (let i = 0; i < 3; i += 1)
      expect(await provider.prove(DEFAULT_TENANT, "u0", PASSWORD)).toMatchObject({ kind: "proven" });
    await vi.waitFor(() => expect(asked).toEqual(["u0"]));
  });

  it("is renewed once at a time for each user, and for eight users at most", async () => {
    const { renewAll, asked } = await aRenewal(() => new Promise(() => undefined));
    await renewAll();
    await renewAll();
    expect(asked).toEqual(Array.from({ length: 8 }, (_, index) => `u${index}`));
  });

  it("that cannot be renewed is reported once with its cause, and not tried again for a minute", async () => {
    let isBroken = true;
    const { clock, renewAll, asked, told } = await aRenewal(async () => {
      if (isBroken)
        throw new FaultError("SERVICE_UNAVAILABLE", "the user file cannot be written", {
          cause: new Error("users.yaml.lock exists"),
        });
    });
    const text =
      "outdated password hashes cannot be renewed: the user file cannot be written (users.yaml.lock exists)";
    await renewAll();
    await renewAll();
    expect([asked.length, told]).toEqual([8, [text]]);
    clock.advanceSeconds(60);
    await renewAll();
    expect([asked.length, told]).toEqual([16, [text]]);
    isBroken = false;
    clock.advanceSeconds(60);
    await renewAll();
    isBroken = true;
    await renewAll();
    expect(told).toEqual([text, text]);
  });

  it("of a password that was changed meanwhile stays gone", async () => {
    const { users, passwordHash, renew, settled, asked } = await aRenewal(async () => undefined);
    const user = users.get("u0") as User;
    renew(user, passwordHash, PASSWORD);
    users.set("u0", { ...user, passwordHash: "changed" });
    await settled();
    expect(asked).toEqual([]);
  });
});
