import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aBigAccessMap } from "../support/big-access-map.js";
import { NO_FAULTS, startBrowser, watchedPage } from "../support/chromium.js";
import { endCommands, startCommand } from "../support/command-line.js";
import { openPanel } from "../support/demo-page.js";

const HOSTILE = "<img src=x onerror=document.title='broken'>";
/** A scope has neither spaces nor quotes. */
const HOSTILE_SCOPE = "<img/src=x/onerror=document.title=/broken/>";

const HEAD = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;
const SDL = `${HEAD}
"""${HOSTILE}"""
type Query {
  "${HOSTILE}"
  titles: [Title!] @auth(scopes: ["${HOSTILE_SCOPE}"])
  count: Int
}
"${HOSTILE}"
type Title { name: String @deprecated(reason: "${HOSTILE}") }
`;

let browser: Browser;
let subgraph: Server;
let sdl = SDL;
let origin: string;

beforeAll(async () => {
  subgraph = createServer(async (request, response) => {
    for await (const _ of request);
    response
      .setHeader("content-type", "application/json")
      .end(JSON.stringify({ data: { _service: { sdl }, titles: [{ name: HOSTILE }], count: 1 } }));
  });
  await new Promise<void>((resolve) => subgraph.listen(0, "127.0.0.1", resolve));
  const { port } = subgraph.address() as AddressInfo; // listening on TCP
  [browser, origin] = await Promise.all([startBrowser(), startDev(`http://127.0.0.1:${port}/`)]);
});
afterAll(async () => {
  // First, so that no process outlives a start that failed.
  await endCommands();
  await browser?.close();
  subgraph.closeAllConnections();
  await new Promise((resolve) => subgraph.close(resolve));
});

/** Runs `cardea dev` with one subgraph and waits until it serves. */
const startDev = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = startCommand([
      "dev",
      ...["--subgraph", `titles=${url}`, "--port", "0", "--ops-port", "0", "--poll-ms", "100", "--json"],
    ]);
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const serving = text.split("\n").find((line) => line.includes('"serving"') && line.endsWith("}"));
      if (serving !== undefined) resolve(new URL((JSON.parse(serving) as { url: string }).url).origin);
    });
    child.once("close", (code) => reject(new Error(`dev ended with ${code}`)));
  });

/** CPU time of the page's main thread, which says the same on a busy machine. */
const mainThreadMs = async (page: Page): Promise<() => Promise<number>> => {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
  };
};

describe("the page of cardea dev", { timeout: 60_000 }, () => {
  it("shows strings of a hostile schema and of a hostile problem as text", async () => {
    const { page, faults, close } = await watchedPage(browser, origin);
    const access = await openPanel(page, origin, "access");
    await access.getByRole("row", { name: "Query" }).getByText(HOSTILE_SCOPE).waitFor();
    await access.getByRole("button", { name: /^Query/ }).click();
    await access.getByText(`scopes ${HOSTILE_SCOPE}`).first().waitFor();
    for (const panel of ["documentation/Query", "documentation/Title", "operation", "plan"])
      await openPanel(page, origin, panel);

    const subgraphs = await openPanel(page, origin, "subgraphs");
    sdl = SDL.replace("count: Int", `count: Int @auth(scopes: ["${HOSTILE}"])`);
    await subgraphs.getByText("operations work as before").waitFor();
    await subgraphs.locator(".composition-problem", { hasText: HOSTILE }).first().waitFor();
    sdl = SDL;
    await subgraphs.getByText("The graph is serving.").waitFor();

    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).not.toContain("broken");
    expect(faults).toEqual(NO_FAULTS);
    await close();
  });

  it("compares the access map with the one before the graph changed", async () => {
    const { page, faults, close } = await watchedPage(browser, origin);
    const access = await openPanel(page, origin, "access/changes");
    await access.getByText("The graph has not changed since this page was opened.").waitFor();
    sdl = SDL.replace(/titles: .*/, "titles: [Title!]");
    const opened = access.getByRole("table", { name: "Opened coordinates" });
    await opened.getByRole("row", { name: "Query.titles" }).waitFor();
    expect(await opened.getByRole("row", { name: "Query.titles" }).textContent()).toContain("no guard");
    await access.getByText("No coordinate asks for more than it did.").waitFor();
    sdl = SDL;
    expect(faults).toEqual(NO_FAULTS);
    await close();
  });

  it("shows an access map of 5 000 types with less than two seconds of CPU, and filters it at once", async () => {
    const { page, close } = await watchedPage(browser, origin);
    const access = JSON.stringify({ supergraphDigest: "big", access: aBigAccessMap(5000) });
    await page.route("**/_cardea/access.json", (route) =>
      route.fulfill({ contentType: "application/json", body: access }),
    );
    await openPanel(page, origin, "you");
    const cpuMs = await mainThreadMs(page);
    const [startMs, startCpuMs] = [performance.now(), await cpuMs()];
    const view = await openPanel(page, origin, "access");
    await view.getByText("Types: 1–100 of 5000").waitFor();
    const shown = { wallMs: performance.now() - startMs, cpuMs: (await cpuMs()) - startCpuMs };
    const beforeFilterMs = await cpuMs();
    await view.getByLabel("Type or member").fill("Type4999.field3");
    await view.getByText("Types: 1–1 of 1").waitFor();
    const filterMs = (await cpuMs()) - beforeFilterMs;
    console.log(
      `access panel of 5000 types: shown after ${shown.wallMs.toFixed(0)} ms, ${shown.cpuMs.toFixed(0)} ms of CPU; filtered with ${filterMs.toFixed(0)} ms of CPU`,
    );
    expect(shown.cpuMs).toBeLessThan(2000);
    expect(filterMs).toBeLessThan(500);
    for (const picture of ["thief", "who"]) {
      await openPanel(page, origin, `access/${picture}`);
      await view.getByText(/of 5000/).waitFor();
    }
    expect(await view.locator("tr").count()).toBeLessThan(300);
    await close();
  });
});
