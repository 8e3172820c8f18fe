import { afterEach, describe, expect, it, vi } from "vitest";
import { type GatewayPeppers, unreadablePeppers } from "../../../src/domain/gateway-peppers.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

const old = { id: 1, secret: "p".repeat(32) };
const young = { id: 2, secret: "q".repeat(32) };
/** The steps of the manual: as before, the new one readable, the new one active. */
const STEPS = [[old], [old, young], [young, old]] as const;

/** Three gateways on one store; each can be restarted with the peppers of another step. */
function anInstallation() {
  const clock = createFakeClock();
  const stores = createMemoryStores({ clock });
  const start = (step: number) => createSessionBench(stores, clock, { peppers: STEPS[step] ?? [] }).service;
  const gateways = [0, 1, 2].map(() => start(0));
  const at = (index: number) => {
    const gateway = gateways[index];
    if (gateway === undefined) throw new Error("no such gateway");
    return gateway;
  };
  return {
    clock,
    stores,
    at,
    restart: (index: number, step: number): void => {
      gateways[index] = start(step);
    },
  };
}

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

describe("a new pepper, taken in two steps", () => {
  it.each(ORDERS.flatMap((first) => ORDERS.map((second) => [first, second] as const)))(
    "signs nobody out, whoever restarts first: %j, then %j",
    async (first, second) => {
      const { clock, at, restart } = anInstallation();
      let token =
        (await at(0).login({ username: "ada", password: PASSWORD }, aRequestOrigin())).pair.refreshToken ??
        "";
      const refreshEverywhere = async () => {
        for (const index of [0, 1, 2, 1, 0]) {
          const next =
            (await at(index).refresh({ refreshToken: token }, aRequestOrigin())).pair.refreshToken ?? "";
          // The other tabs send to other gateways.
          for (const other of [0, 1, 2])
            expect(
              (await at(other).refresh({ refreshToken: token }, aRequestOrigin())).pair.refreshToken,
            ).toBe(next);
          token = next;
          clock.advanceSeconds(40);
        }
        clock.advanceSeconds(3600);
        for (const index of [0, 1, 2]) {
          const fresh = await at(index).login(
            { username: "bob", password: PASSWORD },
            aRequestOrigin(`192.0.2.${clock.nowMs() % 200}`),
          );
          for (const other of [0, 1, 2])
            await at(other).refresh({ refreshToken: fresh.pair.refreshToken ?? "" }, aRequestOrigin());
        }
      };
      for (const [order, step] of [
        [first, 1],
        [second, 2],
      ] as const)
        for (const index of order) {
          restart(index, step);
          await refreshEverywhere();
        }
    },
  );

  it("in one step answers 503 where it is not known yet, asks no store, and nothing is lost", async () => {
    const { clock, stores, at, restart } = anInstallation();
    const { pair } = await at(0).login({ username: "ada", password: PASSWORD }, aRequestOrigin());
    restart(0, 2);
    const moved =
      (await at(0).refresh({ refreshToken: pair.refreshToken ?? "" }, aRequestOrigin())).pair.refreshToken ??
      "";
    clock.advanceSeconds(40);
    const { rotate, find } = stores.sessions;
    stores.sessions.rotate = stores.sessions.find = async () => {
      throw new Error("the store was asked");
    };
    await expect(at(1).refresh({ refreshToken: moved }, aRequestOrigin())).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
      details: { retryAfter: 5 },
    });
    // More often than an address may send invalid tokens: this gateway cannot distinguish such a token from an invalid
    // one.
    const codes = new Set<unknown>();
    for (let i = 0; i < 200; i += 1)
      await at(1)
        .refresh({ refreshToken: moved }, aRequestOrigin())
        .catch(({ code }: { readonly code: unknown }) => codes.add(code));
    expect([...codes].sort()).toEqual(["RATE_LIMITED", "SERVICE_UNAVAILABLE"]);
    Object.assign(stores.sessions, { rotate, find });
    restart(1, 2);
    await expect(at(1).refresh({ refreshToken: moved }, aRequestOrigin())).resolves.toMatchObject({
      mode: "bearer",
    });
  });
});

describe("what gateways announce to each other", () => {
  const aGateway = (name: string, active: number, readable: readonly number[]): GatewayPeppers => ({
    name,
    active,
    readable,
  });

  it("names who issues what whom cannot read, in either direction", () => {
    const own = aGateway("own", 2, [2, 1]);
    expect(unreadablePeppers(own, [aGateway("late", 1, [1]), aGateway("same", 2, [2, 1])])).toEqual([
      expect.stringMatching(
        /^own issues refresh tokens under refresh pepper 2\. late does not have it \(it has 1\)/,
      ),
    ]);
    expect(unreadablePeppers(own, [aGateway("ahead", 3, [3, 2, 1])])).toEqual([
      expect.stringMatching(/^ahead issues refresh tokens under refresh pepper 3\. own does not have it/),
    ]);
  });

  it("is silence while every active pepper is readable everywhere", () => {
    expect(unreadablePeppers(aGateway("own", 2, [2, 1]), [aGateway("not yet", 1, [1, 2])])).toEqual([]);
  });
});

describe("a pepper that leaked", () => {
  it("is refused once it is taken out for good, where an unknown one is answered 503", async () => {
    const clock = createFakeClock();
    const stores = createMemoryStores({ clock });
    const before = createSessionBench(stores, clock, { peppers: [old] }).service;
    const refreshToken =
      (await before.login({ username: "ada", password: PASSWORD }, aRequestOrigin())).pair.refreshToken ?? "";
    const unknown = createSessionBench(stores, clock, { peppers: [young] }).service;
    await expect(unknown.refresh({ refreshToken }, aRequestOrigin())).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
    });
    await expect(unknown.signOut({ refreshToken }, aRequestOrigin())).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
    });
    const retired = createSessionBench(stores, clock, { peppers: [young], retiredPepperIds: [1] }).service;
    await expect(retired.refresh({ refreshToken }, aRequestOrigin())).rejects.toMatchObject({
      code: "INVALID_GRANT",
    });
    await expect(retired.signOut({ refreshToken }, aRequestOrigin())).resolves.toEqual({
      status: "DONE",
      revoked: 0,
    });
  });
});

describe("tokens under a pepper nobody here has", () => {
  afterEach(() => void vi.useRealTimers());
  const gateway = () => {
    const clock = createFakeClock();
    return createSessionBench(createMemoryStores({ clock }), clock, { peppers: [old] });
  };
  /** Of the right shape, and made up. */
  const garbage = async (id: number): Promise<string> => {
    const clock = createFakeClock();
    const { service } = createSessionBench(createMemoryStores({ clock }), clock, {
      peppers: [{ id, secret: "x".repeat(32) }],
    });
    return (
      (await service.login({ username: "ada", password: PASSWORD }, aRequestOrigin())).pair.refreshToken ?? ""
    );
  };

  it("are reported once a minute for each pepper, with their number, whoever sends how many", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { service, events } = gateway();
    const [seven, eight] = [await garbage(7), await garbage(8)];
    const send = (refreshToken: string, n: number) =>
      Promise.allSettled(
        Array.from({ length: n }, (_, i) =>
          i % 2 === 0
            ? service.refresh({ refreshToken }, aRequestOrigin(`192.0.2.${i}`))
            : service.signOut({ refreshToken }, aRequestOrigin(`192.0.2.${i}`)),
        ),
      );
    const refused = await send(seven, 100);
    expect(refused.map((each) => each.status === "rejected" && each.reason)).toEqual(
      refused.map(() => expect.objectContaining({ code: "SERVICE_UNAVAILABLE", isReported: true })),
    );
    await send(eight, 1);
    vi.advanceTimersByTime(59_000);
    await send(seven, 10);
    const reports = () => events.filter(({ type }) => type === "pepper.unreadable" || type === "fault");
    const first = [
      { type: "pepper.unreadable", reason: expect.stringMatching(/refresh pepper 7, .* uses it$/) },
      { type: "pepper.unreadable", reason: expect.stringContaining("refresh pepper 8, ") },
    ];
    expect(reports()).toEqual(first);
    // Though no token comes any more.
    vi.advanceTimersByTime(1_000);
    const rest = (count: number) => ({
      type: "pepper.unreadable",
      reason: expect.stringMatching(new RegExp(`refresh pepper 7, .* \\(${count} more since`)),
    });
    expect(reports()).toEqual([...first, rest(109)]);
    await send(seven, 1);
    vi.advanceTimersByTime(600_000);
    expect(reports()).toEqual([...first, rest(109), rest(1)]);
    expect(vi.getTimerCount()).toBe(0);
    await send(seven, 1);
    expect(reports().slice(4)).toEqual(first.slice(0, 1));
  });
});
