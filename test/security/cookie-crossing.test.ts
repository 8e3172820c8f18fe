import { Agent, request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashPassword } from "../../src/credentials/password-hash.js";
import { addUser } from "../../src/stores/users/edit-user-file.js";
import { ADAS_PASSWORD, gatewayDirectory } from "../support/auth-gateway.js";
import {
  type CookieGateway,
  type Jar,
  SESSION,
  SHOP,
  startCookieGateway,
  WEB,
} from "../support/cookie-gateway.js";

let gateway: CookieGateway;
let jars: Readonly<Record<"ada" | "bob" | "shopping", Jar>>;
let bearer: string;
/** One connection for everybody, as a proxy has it. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  const directory = gatewayDirectory();
  const passwordHash = await hashPassword(ADAS_PASSWORD, { memoryCost: 1024, timeCost: 1, parallelism: 1 });
  for (const username of ["ada", "bob"])
    await addUser(join(directory, "users.yaml"), { username, passwordHash, scopes: [] });
  gateway = await startCookieGateway({}, directory);
  jars = { ada: gateway.jar(), bob: gateway.jar(), shopping: gateway.jar() };
  await jars.ada.login();
  await jars.bob.login({ username: "bob" });
  await jars.shopping.login({}, { origin: SHOP });
  bearer = (await gateway.login()).accessToken;
});
afterAll(async () => {
  agent.destroy();
  await gateway.stop();
});

const cookieOf = ({ cookies }: Jar): string =>
  [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

/** The session that the answer names, or its error. */
const ask = (headers: Readonly<Record<string, string>>): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request(
      gateway.gateway.url,
      { method: "POST", agent, headers: { "content-type": "application/json", ...headers } },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => {
          const { data, errors } = JSON.parse(text);
          const { code, reason } = errors?.[0]?.extensions ?? {};
          resolve(data?.session?.id ?? [code, reason].join(" "));
        });
      },
    );
    sent.on("error", reject);
    sent.end(JSON.stringify({ query: SESSION }));
  });

describe("callers who share one connection", () => {
  it("each get their own answer, by cookie, by token and without either, however they interleave", async () => {
    const callers = {
      ada: { origin: WEB, cookie: cookieOf(jars.ada) },
      bob: { origin: WEB, cookie: cookieOf(jars.bob) },
      shopping: { origin: SHOP, cookie: cookieOf(jars.shopping) },
      // The cookies of both clients, as one browser sends them: the origin decides.
      both: { origin: SHOP, cookie: `${cookieOf(jars.bob)}; ${cookieOf(jars.shopping)}` },
      bearer: { authorization: `Bearer ${bearer}` },
      nobody: {},
      nobodyAtWeb: { origin: WEB },
      stolen: { authorization: `Bearer ${jars.ada.cookies.get("__Host-web-at")}` },
      planted: { origin: WEB, cookie: `__Host-web-at=${bearer}` },
      gone: { origin: WEB, cookie: `__Host-web-rt=${jars.ada.cookies.get("__Host-web-rt")}` },
    };
    const expected: Record<string, string> = {};
    for (const [name, headers] of Object.entries(callers)) expected[name] = await ask(headers);
    const { ada, bob, shopping, both, bearer: own, ...others } = expected;
    expect(new Set([ada, bob, shopping, own]).size).toBe(4);
    for (const id of [ada, bob, shopping, own]) expect(id).toMatch(/^[\w-]{23}$/);
    expect(both).toBe(shopping);
    expect(others).toEqual({
      nobody: "UNAUTHENTICATED ",
      nobodyAtWeb: "UNAUTHENTICATED ",
      stolen: "UNAUTHENTICATED TOKEN_INVALID",
      planted: "UNAUTHENTICATED TOKEN_INVALID",
      gone: "UNAUTHENTICATED TOKEN_EXPIRED",
    });
    // Warm caches: the document is known to the direct path, and each token was verified before.
    const names = Object.keys(callers) as (keyof typeof callers)[];
    const order = Array.from(
      { length: 120 },
      (_, at) => names[(at * 7 + (at % 3)) % names.length] ?? "nobody",
    );
    const answers = await Promise.all(order.map((name) => ask(callers[name])));
    expect(answers).toEqual(order.map((name) => expected[name]));
  });
});
