import { describe, expect, it } from "vitest";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../../src/tokens/issue.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRim, aUser, createSessionBench, PASSWORD } from "../../support/session-bench.js";
import { decodePart } from "../../support/token-builders.js";

async function login(claimNames: readonly string[]) {
  const clock = createFakeClock();
  const { service } = createSessionBench(createMemoryStores({ clock }), clock, {
    users: [aUser("ada", { attributes: { plan: "gold", salary: 1, sub: "mallory" } })],
    issuer: createTokenIssuer({ issuer: "i", audience: "a", keyRing: createKeyRing([await generateKey()]) }),
    claimNames,
  });
  const { pair } = await service.login({ username: "ada", password: PASSWORD }, aRim());
  return decodePart(pair.accessToken, 1);
}

describe("attributes of the user", () => {
  it("become claims where they are chosen, and only then", async () => {
    expect(await login(["plan"])).toMatchObject({ plan: "gold", sub: "ada" });
    expect(await login(["plan"])).not.toHaveProperty("salary");
    expect(await login([])).not.toHaveProperty("plan");
  });

  it("never shadow a registered claim", async () => {
    expect(await login(["sub", "plan"])).toMatchObject({ plan: "gold", sub: "ada" });
  });
});
