import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeGateway, type RunningGateway } from "../../src/compose.js";
import { composeSubgraphs } from "../../src/composition/index.js";
import { checkConfig } from "../../src/config/load.js";
import { hashPassword } from "../../src/credentials/password-hash.js";
import { AUTH_DEFINITION, AUTH_LINK } from "../../src/domain/auth-directive.js";
import { userId } from "../../src/domain/brand.js";
import { addUser } from "../../src/stores/users/edit-user-file.js";
import { NO_FAULTS, startBrowser, watchedPage } from "../support/chromium.js";
import { openPanel } from "../support/demo-page.js";
import { type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const SDL = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
  ${AUTH_LINK}
  @composeDirective(name: "@auth")
${AUTH_DEFINITION}
type Query { open: String secret: String @auth }
`;

let browser: Browser;
let gateway: RunningGateway;
let subgraph: SubgraphServer;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-page-serve-"));
  subgraph = await startSubgraphServer(() => ({
    data: { open: "for everybody", secret: "for those inside" },
  }));
  const { supergraphSdl } = composeSubgraphs([{ name: "inner-name", url: subgraph.url, sdl: SDL }]);
  writeFileSync(join(folder, "supergraph.graphql"), supergraphSdl);
  await addUser(join(folder, "users.yaml"), {
    id: userId("u1"),
    username: "ada",
    passwordHash: await hashPassword("lovelace-1843"),
    scopes: [],
  });
  [browser, gateway] = await Promise.all([
    startBrowser(),
    composeGateway(
      checkConfig(
        {
          supergraph: "supergraph.graphql",
          page: "on",
          server: { port: 0, path: "/" },
          ops: { port: 0 },
          users: { path: "users.yaml" },
          log: { level: "silent" },
        },
        { folder, environment: {} },
      ),
    ),
  ]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await gateway.stop();
  await subgraph.stop();
});

describe("the page of cardea serve, with the endpoint at /", { timeout: 60_000 }, () => {
  it("works under its own policy, and shows no more than three panels", async () => {
    const { origin } = new URL(gateway.url);
    const { page, faults, close } = await watchedPage(browser, origin);
    const operation = await openPanel(page, origin, "operation");
    await operation.getByRole("button", { name: "Run" }).waitFor();
    expect(await page.getByRole("navigation").getByRole("link").allTextContents()).toEqual([
      "Operation",
      "Documentation",
      "You",
    ]);
    const you = await openPanel(page, origin, "you");
    await you.getByLabel("User name").fill("ada");
    await you.getByLabel("Password").fill("lovelace-1843");
    await you.getByRole("button", { name: "Sign in", exact: true }).click();
    await you.getByText("u1").first().waitFor();
    expect(await page.content()).not.toContain("inner-name");
    expect(faults).toEqual(NO_FAULTS);
    await close();
  });
});
