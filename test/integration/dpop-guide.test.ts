import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { checkConfig } from "../../src/config/load.js";
import type { ConfigInput } from "../../src/config/schema.js";
import { ADAS_PASSWORD, startAuthGateway } from "../support/auth-gateway.js";

const guide = readFileSync("docs/guides/dpop.md", "utf8");
const blockOf = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? "";

const LOGIN =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken tokenType } } }";

type Ask = (url: string, body: object, accessToken?: string) => Promise<Response>;

/** The client of the guide, as it is printed there. */
async function clientOfTheGuide(): Promise<Ask> {
  const file = join(mkdtempSync(join(tmpdir(), "cardea-guide-")), "client.mjs");
  const dpop = pathToFileURL(resolve("node_modules/dpop/build/index.js")).href;
  writeFileSync(file, blockOf("js").replace('from "dpop"', `from "${dpop}"`));
  const { ask } = await import(/* @vite-ignore */ pathToFileURL(file).href);
  return ask;
}

describe("the guide to bound tokens", () => {
  it("has settings that are accepted and a client that works with them", async () => {
    const settings = parse(blockOf("yaml")) as ConfigInput; // checked in the next line
    expect(() => checkConfig({ supergraph: "s.graphql", ...settings }, { environment: {} })).not.toThrow();
    const gateway = await startAuthGateway({ clients: settings.clients });
    const ask = await clientOfTheGuide();
    // Proofs name the issuer's origin, which is http://localhost:<port>.
    const url = `${new URL(gateway.gateway.issuer).origin}/graphql`;
    const input = { username: "ada", password: ADAS_PASSWORD, clientId: "app" };
    const login = await (await ask(url, { query: LOGIN, variables: { input } })).json();
    const { accessToken, tokenType } = login.data.login;
    expect(tokenType).toBe("DPoP");
    for (const seconds of [0, 61, 121]) {
      gateway.clock.advanceSeconds(seconds);
      const answer = await ask(url, { query: "{ session { id } }" }, accessToken);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ data: { session: { id: expect.any(String) } } });
    }
    const other = await clientOfTheGuide();
    expect((await other(url, { query: "{ session { id } }" }, accessToken)).status).toBe(401);
    await gateway.stop();
  });
});
