import { describe, expect, it } from "vitest";
import { createUsedAssertions } from "../../../src/client-auth/used-assertions.js";
import { clientId } from "../../../src/domain/brand.js";
import { FaultError } from "../../../src/domain/errors.js";
import type { DomainEvent } from "../../../src/domain/events.js";
import { nowSeconds } from "../../../src/domain/time.js";
import type { Limiter } from "../../../src/limits/limiter.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";

const BFF = clientId("bff");

function twoGateways(capacity?: number) {
  const clock = createFakeClock();
  const events: DomainEvent[] = [];
  const { limiter } = createMemoryStores({ clock });
  let isDown = false;
  const shared: Pick<Limiter, "take"> = {
    take: (attempts) =>
      isDown ? Promise.reject(new FaultError("SERVICE_UNAVAILABLE", "down")) : limiter.take(attempts),
  };
  const open = () =>
    createUsedAssertions({
      limiter: shared,
      clock,
      emit: (event) => events.push(event),
      ...(capacity === undefined ? {} : { capacity }),
    });
  const until = () => nowSeconds(clock) + 60;
  const setDown = (value: boolean): void => {
    isDown = value;
  };
  return { clock, events, here: open(), there: open(), until, setDown };
}

describe("the memory of used assertions", () => {
  it("accepts an assertion once, here and at every other gateway of the store", async () => {
    const { here, there, until } = twoGateways();
    expect(await here.use(BFF, "a", until())).toBe(true);
    expect(await here.use(BFF, "a", until())).toBe(false);
    expect(await there.use(BFF, "a", until())).toBe(false);
  });

  it("keeps the assertions of two clients apart", async () => {
    const { here, until } = twoGateways();
    expect(await here.use(BFF, "a", until())).toBe(true);
    expect(await here.use(clientId("other"), "a", until())).toBe(true);
  });

  it("remembers in this process while the store is down, and reports it once", async () => {
    const { here, until, setDown, events } = twoGateways();
    setDown(true);
    expect(await here.use(BFF, "a", until())).toBe(true);
    expect(await here.use(BFF, "a", until())).toBe(false);
    expect(await here.use(BFF, "b", until())).toBe(true);
    expect(events).toEqual([
      { type: "fault", reason: expect.stringContaining("remembered in this process only") },
    ]);
    setDown(false);
    expect(await here.use(BFF, "a", until())).toBe(false);
  });

  it("keeps no more than it has room for, and refuses rather than forgets", async () => {
    const { here, until, clock } = twoGateways(2);
    await here.use(BFF, "a", until());
    await here.use(BFF, "b", until());
    await expect(here.use(BFF, "c", until())).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    expect(await here.use(BFF, "a", until())).toBe(false);
    clock.advanceSeconds(61);
    expect(await here.use(BFF, "c", until())).toBe(true);
  });
});
