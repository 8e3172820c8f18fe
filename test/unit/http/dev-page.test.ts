import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/domain/time.js";
import { type DevState, devPageRoute } from "../../../src/http/dev-page.js";
import { createListener } from "../../../src/http/listener.js";
import { createRouter } from "../../../src/http/router.js";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const healthy: DevState = {
  status: "serving",
  problems: [],
  subgraphs: [{ name: "books", url: "http://127.0.0.1:4001/" }],
  path: "/graphql",
};
const visit = async (state: DevState, init: RequestInit = { headers: { accept: "text/html,*/*;q=0.8" } }) => {
  const router = createRouter([devPageRoute(() => state)]);
  const listener = createListener({
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    router: () => router,
    headersTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    drainTimeoutMs: 0,
    trustIds: false,
    failed: () => undefined,
  });
  closers.push(listener.drain);
  const response = await fetch(`http://127.0.0.1:${await listener.listen()}/`, init);
  return { response, text: await response.text() };
};

const HOSTILE = `</pre><script>alert(1)</script><img src=x onerror='alert("2")'>&lt;`;

describe("the page of dev mode", () => {
  it("shows that the graph is serving, or its problems", async () => {
    expect((await visit(healthy)).text).toContain("<h1>The graph is serving</h1>");
    const trouble = await visit({ ...healthy, problems: ["books: Unknown type Tome", "stars: no answer"] });
    expect(trouble.text).toContain("the last good graph keeps serving");
    expect(trouble.text).toContain("<pre>books: Unknown type Tome</pre>\n<pre>stars: no answer</pre>");
    const waiting = await visit({ ...healthy, status: "waiting", problems: ["books: no answer"] });
    expect(waiting.text).toContain("<h1>The subgraphs do not compose yet</h1>");
  });

  it("escapes text of subgraphs everywhere on the page", async () => {
    const { text } = await visit({
      status: "serving",
      problems: [HOSTILE],
      subgraphs: [{ name: HOSTILE, url: HOSTILE }],
      path: HOSTILE,
    });
    expect(text).not.toMatch(/<script|<img|onerror='/);
    const shown =
      "&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#39;alert(&quot;2&quot;)&#39;&gt;&amp;lt;";
    expect(text.split(shown)).toHaveLength(5);
  });

  it("may run, load, send and frame nothing", async () => {
    const { response, text } = await visit(healthy);
    expect(response.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(text).not.toMatch(/\bsrc=|\bhref=|<script|url\(/);
    expect(text).toContain('<meta http-equiv="refresh" content="2">');
  });

  it.each<[string, RequestInit, number]>([
    ["a client that takes anything", { headers: { accept: "*/*" } }, 404],
    ["a client that takes JSON", { headers: { accept: "application/json" } }, 404],
    ["a client that takes something like HTML", { headers: { accept: "text/html5" } }, 404],
    ["a POST", { method: "POST", headers: { accept: "text/html" }, body: "x" }, 405],
  ])("is not for %s", async (_what, init, status) => {
    const { response, text } = await visit({ ...healthy, problems: ["secret trouble"] }, init);
    expect(response.status).toBe(status);
    expect(text).not.toContain("secret trouble");
  });
});
