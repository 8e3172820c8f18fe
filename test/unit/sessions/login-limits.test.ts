import { describe, expect, it } from "vitest";
import { FaultError } from "../../../src/domain/errors.js";
import type { LoginCommand } from "../../../src/sessions/session-service.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createDeviceTokens } from "../../../src/tokens/device-token.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, aUser, createSessionBench, PASSWORD } from "../../support/session-bench.js";

function bench(options: Parameters<typeof createSessionBench>[2] = {}) {
  const clock = createFakeClock();
  const stores = createMemoryStores({ clock });
  let trips = 0;
  const limiter = {
    ...stores.limiter,
    take: (...given: Parameters<typeof stores.limiter.take>) => {
      trips += 1;
      return stores.limiter.take(...given);
    },
  };
  const made = createSessionBench({ ...stores, limiter }, clock, options);
  const login = (
    password = PASSWORD,
    { username = "ada", address = "192.0.2.1", ...more }: Partial<LoginCommand> & { address?: string } = {},
  ) =>
    made.service
      .login({ username, password, ...more }, aRequestOrigin(address))
      .then((grant) => ({ code: "OK", grant, retryAfter: 0 }))
      .catch((error: { code: string; details: { retryAfter?: number } }) => ({
        code: error.code,
        grant: undefined,
        retryAfter: error.details.retryAfter ?? 0,
      }));
  const guess = async (times: number, more: Parameters<typeof login>[1] = {}) => {
    const codes: string[] = [];
    for (let i = 0; i < times; i += 1) codes.push((await login(`wrong ${i}`, more)).code);
    return codes;
  };
  const throttled = () => made.events.filter(({ type }) => type === "login.throttled").length;
  return { ...made, clock, login, guess, throttled, trips: () => trips };
}

describe("failed logins of one account", () => {
  it("wait 1, 2, 4 … at most 900 seconds from the fifth on, from wherever they come", async () => {
    const { login, guess, clock } = bench();
    await guess(5, { address: "198.51.100.1" });
    const waits: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      const { code, retryAfter } = await login("wrong", { address: `203.0.113.${i}` });
      expect(code).toBe("RATE_LIMITED");
      waits.push(retryAfter);
      clock.advanceSeconds(retryAfter);
      expect((await login("wrong", { address: `203.0.113.${i}` })).code).toBe("INVALID_CREDENTIALS");
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it("are not lengthened by trying too early, and a password is not looked at then", async () => {
    let proofs = 0;
    const refuse = async () => {
      proofs += 1;
      return { kind: "refused", reason: "wrong password" } as const;
    };
    const { login, guess, clock } = bench({ passwords: { prove: refuse, proveUser: refuse } });
    await guess(50);
    expect(proofs).toBe(5);
    expect(await login()).toMatchObject({ code: "RATE_LIMITED", retryAfter: 1 });
    clock.advanceSeconds(1);
    expect((await login()).code).toBe("INVALID_CREDENTIALS");
  });

  it("close it to unknown devices after 100 in a row", async () => {
    const { login, clock } = bench();
    let failures = 0;
    while (failures < 100) {
      const { code, retryAfter } = await login("wrong");
      if (code === "INVALID_CREDENTIALS") failures += 1;
      clock.advanceSeconds(retryAfter);
    }
    clock.advanceSeconds(86_400);
    expect((await login()).retryAfter).toBe(29 * 86_400);
  });

  it("are forgotten by a success", async () => {
    const { login, guess } = bench();
    for (let round = 0; round < 5; round += 1) {
      await guess(4);
      expect((await login()).code).toBe("OK");
    }
  });

  it.each(["locked", "disabled"] as const)(
    "are not forgotten by the right password of an account that is %s",
    async (status) => {
      const { login } = bench({ users: [aUser("ada", { status })] });
      for (let i = 0; i < 5; i += 1) expect((await login()).code).toBe("INVALID_CREDENTIALS");
      expect((await login()).code).toBe("RATE_LIMITED");
    },
  );

  it("are alike for a name nobody bears", async () => {
    const { guess } = bench();
    expect(await guess(7, { username: "nobody" })).toEqual(await guess(7, { address: "198.51.100.2" }));
  });
});

describe("a known device", () => {
  it("gets in at once whatever strangers do meanwhile, from the same address too", async () => {
    const { login, guess } = bench();
    const { grant } = await login();
    const deviceToken = grant?.deviceToken ?? "";
    expect(deviceToken).toMatch(/^cdt_/);
    for (let address = 0; address < 100; address += 1) await guess(20, { address: `203.0.113.${address}` });
    await guess(300);
    expect((await login()).code).toBe("RATE_LIMITED");
    expect((await login(PASSWORD, { deviceToken })).code).toBe("OK");
  });

  it("is counted by itself", async () => {
    const { login, guess } = bench();
    const deviceToken = (await login()).grant?.deviceToken ?? "";
    expect((await guess(7, { deviceToken })).slice(-2)).toEqual(["RATE_LIMITED", "RATE_LIMITED"]);
    expect((await login()).code).toBe("OK");
  });

  it("that a stolen pepper makes up is one of 20 tries a window, from wherever, and delays no login without one", async () => {
    const { login, guess } = bench();
    const genuine = (await login()).grant?.deviceToken ?? "";
    const devices = createDeviceTokens([{ id: 1, secret: "p".repeat(32) }]);
    const known = devices.parse(genuine, 0);
    if (known === undefined) throw new Error("no device token");
    const codes: string[] = [];
    for (let i = 0; i < 60; i += 1) {
      const deviceToken = devices.format({ ...known, device: Buffer.alloc(16, i) });
      codes.push(...(await guess(1, { deviceToken, address: `203.0.113.${i}` })));
    }
    expect(codes.indexOf("RATE_LIMITED")).toBe(20);
    expect(new Set(codes.slice(20))).toEqual(new Set(["RATE_LIMITED"]));
    expect((await login()).code).toBe("OK");
  });

  it.each(["bob", "nobody"])("of one user is a stranger to %s", async (username) => {
    const { login, guess } = bench();
    const deviceToken = (await login()).grant?.deviceToken ?? "";
    await guess(5, { username });
    expect((await login("wrong", { username, deviceToken })).code).toBe("RATE_LIMITED");
  });

  it.each([
    ["forged", (token: string) => `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`, 0],
    ["cut", (token: string) => token.slice(0, -4), 0],
    ["older than 400 days", (token: string) => token, 400 * 86_400 + 1],
  ])("whose token is %s is no longer one", async (_, change, seconds) => {
    const { login, guess, clock } = bench();
    const deviceToken = change((await login()).grant?.deviceToken ?? "");
    clock.advanceSeconds(seconds);
    await guess(5);
    expect((await login(PASSWORD, { deviceToken })).code).toBe("RATE_LIMITED");
  });

  it("opens nothing: the password is asked for", async () => {
    const { login, service } = bench();
    const deviceToken = (await login()).grant?.deviceToken ?? "";
    expect((await login("wrong", { deviceToken })).code).toBe("INVALID_CREDENTIALS");
    await expect(service.refresh({ refreshToken: deviceToken }, aRequestOrigin())).rejects.toMatchObject({
      code: "INVALID_GRANT",
    });
  });
});

describe("many people at one address", () => {
  const users = Array.from({ length: 150 }, (_, index) => aUser(`u${index}`));

  it.each([
    ["no device label", {}],
    ["one device label", { device: "kiosk" }],
    ["an empty device label", { device: " \u0000" }],
  ])("all sign in, with %s", async (_, more) => {
    const { login } = bench({ users });
    for (const { username } of users) expect((await login(PASSWORD, { username, ...more })).code).toBe("OK");
  });

  it("share what they fail: 100 an address, 20 a device label", async () => {
    const { login } = bench({ users });
    const failed = async (more: object) => {
      const outcomes: string[] = [];
      for (const { username } of users) outcomes.push((await login("wrong", { username, ...more })).code);
      return outcomes.indexOf("RATE_LIMITED");
    };
    expect(await failed({ device: "kiosk", address: "192.0.2.7" })).toBe(20);
    expect(await failed({ address: "192.0.2.8" })).toBe(100);
  });
});

describe("an address that is limited", () => {
  it("is reported once, asks the store no more, and counts against nobody's account", async () => {
    const { login, guess, throttled, trips, clock } = bench();
    for (let i = 0; i < 101; i += 1) await guess(1, { username: `nobody ${i}` });
    const [before, reports] = [trips(), throttled()];
    for (let i = 0; i < 500; i += 1) await guess(1, { username: "bob" });
    expect([trips() - before, reports, throttled()]).toEqual([0, 1, 1]);
    expect((await login("wrong", { username: "bob", address: "198.51.100.3" })).code).toBe(
      "INVALID_CREDENTIALS",
    );
    clock.advanceSeconds(900);
    expect((await login()).code).toBe("OK");
  });

  it("took no try from the account whose turn it was", async () => {
    const { login, guess } = bench();
    for (let i = 0; i < 100; i += 1) await guess(1, { username: `nobody ${i}` });
    await guess(20);
    for (let i = 0; i < 5; i += 1)
      expect((await login("wrong", { address: "198.51.100.4" })).code).toBe("INVALID_CREDENTIALS");
  });
});

describe("what is no failure", () => {
  it("counts nothing: an outage, or a scope nobody may have", async () => {
    let isDown = true;
    const passwords = {
      prove: async () => {
        if (isDown) throw new FaultError("SERVICE_UNAVAILABLE", "the directory does not answer");
        return { kind: "proven", user: aUser("ada"), authTime: 0, amr: ["pwd"] } as const;
      },
      proveUser: async () => ({ kind: "refused", reason: "wrong password" }) as const,
    };
    const { login } = bench({ passwords });
    for (let i = 0; i < 120; i += 1) expect((await login()).code).toBe("SERVICE_UNAVAILABLE");
    isDown = false;
    for (let i = 0; i < 20; i += 1)
      expect((await login(PASSWORD, { scope: "admin" })).code).toBe("INVALID_SCOPE");
    expect((await login()).code).toBe("OK");
  });
});

describe("a step-up", () => {
  it("is delayed by nobody who knows only the user's id or name", async () => {
    const { login, guess, service, issuer } = bench();
    const { grant } = await login();
    for (const username of ["sub:ada", "ada", grant?.session.id ?? ""]) await guess(60, { username });
    const principal = issuer.principal(grant?.pair.accessToken ?? "");
    await expect(service.reauthenticate(principal, PASSWORD, aRequestOrigin())).resolves.toMatchObject({
      mode: "bearer",
    });
  });
});
