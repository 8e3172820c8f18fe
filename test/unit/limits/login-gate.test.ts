import { describe, expect, it } from "vitest";
import { DEFAULT_TENANT } from "../../../src/domain/brand.js";
import { createLocalLimiter } from "../../../src/limits/local-limiter.js";
import { type Entry, LoginGate, type Refused } from "../../../src/limits/login-gate.js";
import { DEFAULT_LIMITS, loginAttempts } from "../../../src/limits/policy.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";

const POLICY = { ...DEFAULT_LIMITS, loginPerAddress: 10 };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Gateways of one store. */
function gateways() {
  const clock = createFakeClock();
  const { limiter } = createMemoryStores({ clock });
  let trips = 0;
  const written = new Set<string>();
  const counting: typeof limiter = {
    ...limiter,
    take: async (attempts) => {
      trips += 1;
      const outcome = await limiter.take(attempts);
      const refused = outcome.kind === "limited" ? outcome.keys : [];
      for (const { key } of attempts) if (!refused.includes(key)) written.add(key);
      return outcome;
    },
  };
  const aGateway = () => {
    const gate = new LoginGate(counting, createLocalLimiter(clock), clock);
    const enter = (account: string, address = "192.0.2.1"): Promise<Entry | Refused> =>
      gate.enter(loginAttempts(POLICY, DEFAULT_TENANT, account, address));
    const login = async (
      account: string,
      isRight = true,
      ms = 2,
      address?: string,
    ): Promise<Entry | Refused> => {
      const entry = await enter(account, address);
      if (entry.kind === "limited") return entry;
      await sleep(ms);
      if (isRight) entry.succeeded();
      else entry.failed();
      return entry;
    };
    return { enter, login };
  };
  return { clock, aGateway, trips: () => trips, written };
}

const kinds = (answers: readonly (Entry | Refused)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of answers) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};
const burst = <Answer>(size: number, work: (index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: size }, (_, index) => work(index)));

describe("right passwords all at once", () => {
  it("of many people at one address all pass, beyond its limit", async () => {
    const { login } = gateways().aGateway();
    expect(kinds(await burst(100, (index) => login(`u${index}`)))).toEqual({ entered: 100 });
  });

  it("of one account all pass, beyond its limit", async () => {
    const { login } = gateways().aGateway();
    expect(kinds(await burst(60, () => login("ada")))).toEqual({ entered: 60 });
  });

  it("of one address meet at another gateway no more than a short wait", async () => {
    const { aGateway } = gateways();
    const [one, other] = [aGateway(), aGateway()];
    const busy = burst(10, (index) => one.login(`u${index}`, true, 250));
    await sleep(20);
    expect((await other.login("ada")).kind).toBe("entered");
    expect(kinds(await busy)).toEqual({ entered: 10 });
  });

  it("are refused for a second, not for the window, where others stay under way elsewhere", async () => {
    const { aGateway, clock } = gateways();
    const [one, other] = [aGateway(), aGateway()];
    const entries = await burst(10, (index) => one.enter(`u${index}`));
    expect(await other.enter("ada")).toEqual({ kind: "limited", retryAfterSeconds: 1, isNews: true });
    expect(await other.enter("ada")).toEqual({ kind: "limited", retryAfterSeconds: 1, isNews: false });
    for (const entry of entries) if (entry.kind === "entered") entry.succeeded();
    clock.advanceSeconds(1);
    expect((await other.enter("ada")).kind).toBe("entered");
  });

  it("beyond a line of 200 are asked to come back in a second, and the line goes on", async () => {
    const { enter } = gateways().aGateway();
    const first = await burst(10, (index) => enter(`u${index}`));
    const answers: (Entry | Refused)[] = [];
    const rest = burst(230, async (index) => {
      const answer = await enter(`v${index}`);
      answers.push(answer);
      if (answer.kind === "entered") answer.succeeded();
    });
    await sleep(50);
    expect(kinds(answers)).toEqual({ limited: 30 });
    expect(answers).toContainEqual({ kind: "limited", retryAfterSeconds: 1, isNews: true });
    for (const entry of first) if (entry.kind === "entered") entry.succeeded();
    await rest;
    expect(kinds(answers)).toEqual({ limited: 30, entered: 200 });
  });
});

describe("guesses all at once", () => {
  it("of one account are five, as one by one", async () => {
    const { login } = gateways().aGateway();
    const answers = await burst(100, (index) => login("ada", false, 2, `198.51.100.${index}`));
    expect(kinds(answers)).toEqual({ entered: 5, limited: 95 });
    expect(await login("ada")).toMatchObject({ kind: "limited", retryAfterSeconds: 1 });
    // The test does not wait for the timeout of the line, which is longer.
  }, 3_000);

  it("from one address are as many as its limit, through however many gateways", async () => {
    const { aGateway } = gateways();
    const all = [aGateway(), aGateway(), aGateway()];
    const answers = await burst(150, (index) => (all[index % 3] ?? aGateway()).login(`u${index}`, false));
    expect(kinds(answers)).toEqual({ entered: 10, limited: 140 });
  });

  it("leave the place of one that was right to the next alone", async () => {
    const { login } = gateways().aGateway();
    const answers = await burst(50, (index) => login(`u${index}`, index < 3));
    expect(kinds(answers)).toEqual({ entered: 13, limited: 37 });
  });
});

describe("an address limited for its failures", () => {
  it("is refused with the rest of the window, reads the store once in five seconds, and writes nothing", async () => {
    const { aGateway, clock, trips, written } = gateways();
    const { login } = aGateway();
    for (let index = 0; index < 11; index += 1) await login(`u${index}`, false);
    clock.advanceSeconds(20);
    await login("ada", false);
    const [before, keys] = [trips(), written.size];
    for (let second = 0; second < 50; second += 1) {
      clock.advanceSeconds(1);
      for (let index = 0; index < 10; index += 1)
        expect(await login(`v${index}`)).toEqual({
          kind: "limited",
          retryAfterSeconds: 900 - 21 - second,
          isNews: false,
        });
    }
    expect(trips() - before).toBe(10);
    expect(written.size).toBe(keys);
  });

  it("is open again at once when its window has ended", async () => {
    const { aGateway, clock } = gateways();
    const { login } = aGateway();
    for (let index = 0; index < 11; index += 1) await login(`u${index}`, false);
    clock.advanceSeconds(900);
    expect((await login("ada")).kind).toBe("entered");
  });
});
