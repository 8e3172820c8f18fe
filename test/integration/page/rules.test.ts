import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refuse } from "../../../src/http/page/refuse.js";
import { type PageListener, SMALL_PAGE, startPageListener } from "../../support/page-listener.js";
import { rawBytes } from "../../support/raw-http.js";

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
}

type Headers = Readonly<Record<string, string>>;

const send = (origin: string, path: string, headers: Headers = {}, method = "GET"): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(origin);
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const { statusCode = 0 } = response;
        resolve({ status: statusCode, headers: response.headers, bytes, text: bytes.toString("utf8") });
      });
    });
    sent.on("error", reject);
    sent.end();
  });

const BROWSER = {
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "sec-fetch-site": "none",
} as const;
const ASSET = "/_cardea/page/assets/index-C0ffee12.js";

let page: PageListener;
let open: PageListener;
let atRoot: PageListener;
beforeAll(async () => {
  page = await startPageListener({
    hosts: ["Dev.Example.test"],
    endpoints: [
      {
        name: "probe",
        path: "/_cardea/probe",
        methods: ["GET", "POST"],
        handle: () => refuse(418, "reached"),
      },
    ],
  });
  open = await startPageListener({ hosts: undefined });
  atRoot = await startPageListener({}, "/");
});
afterAll(() => Promise.all([page.stop(), open.stop(), atRoot.stop()]));

describe("the page", () => {
  it("is shown at / and at the path of the GraphQL endpoint, under the policy of the spec", async () => {
    for (const path of ["/", "/graphql", "/graphql?operationName=A"]) {
      const reply = await send(page.origin, path, BROWSER);
      expect([path, reply.status, reply.text]).toEqual([path, 200, SMALL_PAGE["index.html"]]);
      expect(reply.headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "content-security-policy":
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
        "cache-control": "no-cache",
        vary: "accept, accept-encoding",
      });
    }
  });

  it("is shown where the endpoint itself is at /, and leaves operations to it", async () => {
    expect((await send(atRoot.origin, "/", BROWSER)).text).toContain("<!doctype html>");
    expect((await send(atRoot.origin, "/?query={a}", BROWSER)).text).toContain("reached");
    expect((await send(atRoot.origin, "/", { accept: "application/json" })).text).toContain("reached");
    expect((await send(atRoot.origin, "/", BROWSER, "POST")).text).toContain("reached");
  });

  it.each([
    ["an operation in the address", "/graphql?query=%7Ba%7D", BROWSER],
    ["a client of GraphQL", "/graphql", { accept: "application/json" }],
    ["a client that accepts everything", "/graphql", { accept: "*/*" }],
    ["a client that says nothing", "/graphql", {}],
    ["one that prefers JSON", "/graphql", { accept: "application/json, text/html" }],
    [
      "one that weighs JSON more",
      "/graphql",
      { accept: "text/html;q=0.5, application/graphql-response+json" },
    ],
    ["one that wants no page", "/graphql", { accept: "text/html;q=0" }],
  ])("leaves %s to the endpoint", async (_who, path, headers) => {
    expect(await send(page.origin, path, headers)).toMatchObject({
      status: 200,
      text: '{"data":{"reached":"graphql"}}',
    });
  });

  it("lets the endpoint be reached under any name and from any page, as ever", async () => {
    const strange = { host: "evil.example", "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect((await send(page.origin, "/graphql", strange, "POST")).text).toContain("reached");
    expect((await send(page.origin, "/graphql", { ...strange, accept: "*/*" })).text).toContain("reached");
  });

  it("is 404 at / for what is no browser, and answers HEAD without a body", async () => {
    expect((await send(page.origin, "/", { accept: "*/*" })).status).toBe(404);
    for (const path of ["/", "/graphql"]) {
      const head = await send(page.origin, path, BROWSER, "HEAD");
      expect([head.status, head.text]).toEqual([200, ""]);
      expect(head.headers["content-length"]).toBe(String(SMALL_PAGE["index.html"]?.length));
    }
    const refused = await send(page.origin, "/graphql", { accept: "*/*" }, "HEAD");
    expect([refused.status, refused.headers["allow"]]).toEqual([405, "GET, POST"]);
    expect((await send(page.origin, "/", BROWSER, "POST")).status).toBe(405);
  });

  it("is not sent again to a browser that has it", async () => {
    const { etag } = (await send(page.origin, "/", BROWSER)).headers;
    const again = await send(page.origin, "/", { ...BROWSER, "if-none-match": `W/"x", ${String(etag)}` });
    expect([again.status, again.text, again.headers["content-length"]]).toEqual([304, "", undefined]);
    expect(again.headers["content-security-policy"]).toContain("default-src 'none'");
    expect((await send(page.origin, "/", { ...BROWSER, "if-none-match": '"other"' })).status).toBe(200);
  });

  it("says what to do when it was not built", async () => {
    const bare = await startPageListener({ built: undefined });
    const reply = await send(bare.origin, "/", BROWSER);
    expect([reply.status, reply.text]).toEqual([503, expect.stringContaining("npm run build")]);
    expect((await send(bare.origin, "/graphql", { accept: "*/*" })).text).toContain("reached");
    await bare.stop();
  });
});

describe("a built file", () => {
  it("is immutable by its name, and compressed for those who can read that", async () => {
    const plain = await send(page.origin, ASSET);
    expect(plain).toMatchObject({ status: 200, text: SMALL_PAGE["assets/index-C0ffee12.js"] });
    expect(plain.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      // A worker obeys the policy of its own file.
      "content-security-policy": expect.stringContaining("require-trusted-types-for 'script'"),
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      vary: "accept-encoding",
    });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    const packed = await send(page.origin, ASSET, { "accept-encoding": "br, gzip" });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 10);
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    expect(
      (await send(page.origin, ASSET, { "accept-encoding": "gzip;q=0" })).headers["content-encoding"],
    ).toBe(undefined);
  });

  it("without a digest in its name is asked for again", async () => {
    const icon = await send(page.origin, "/_cardea/page/icon.svg");
    expect([icon.status, icon.headers["content-type"], icon.headers["cache-control"]]).toEqual([
      200,
      "image/svg+xml",
      "no-cache",
    ]);
  });

  it.each([
    "/_cardea/page/",
    "/_cardea/page/index.html",
    "/_cardea/page/.vite/manifest.json",
    "/_cardea/page/manifest.json",
    "/_cardea/page/assets/secret.pem",
    "/_cardea/page/../page/icon.svg",
    "/_cardea/page/assets/../icon.svg",
    "/_cardea/page/%2e%2e/%2e%2e/package.json",
    "/_cardea/page/..%2F..%2F.env",
    "/_cardea/page//etc/passwd",
    "/_cardea/page/assets%5C..%5C.env",
    "/_cardea/page/icon.svg%00.js",
    "/_cardea/Page/icon.svg",
  ])("is nothing but what was built: %s", async (path) => {
    const { host } = new URL(page.origin);
    const reply = await rawBytes(
      page.origin,
      `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
    );
    expect(reply).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe("what only a developer may see", () => {
  const PATHS = ["/_cardea/state.json", "/_cardea/probe", "/", ASSET];
  const statusesFor = (headers: Headers): Promise<readonly number[]> =>
    Promise.all(
      PATHS.map(async (path) => (await send(page.origin, path, { ...BROWSER, ...headers })).status),
    );
  const ADMITTED = [200, 418, 200, 200];

  it.each([
    "localhost",
    "localhost:4000",
    "LOCALHOST:4000",
    "localhost.:4000",
    "cardea.localhost:4000",
    "127.0.0.1",
    "127.0.0.1:65535",
    "127.8.9.10",
    "[::1]",
    "[::1]:4000",
    "dev.example.test",
    "DEV.example.TEST.:8080",
  ])("is shown under a name of this machine: %s", async (host) => {
    expect(await statusesFor({ host })).toEqual(ADMITTED);
  });

  it.each([
    "evil.example",
    "evil.example:4000",
    "localhost.evil.example",
    "my-localhost",
    "127.0.0.1.evil.example",
    "127.0.0.1.nip.io:4000",
    "127.1",
    "0.0.0.0:4000",
    "128.0.0.1",
    "127.0.0.256",
    "2130706433",
    "[::ffff:7f00:1]",
    "[::2]",
    "sub.dev.example.test",
    "dev.example.test.evil.example",
    "localhost@evil.example",
    "localhost:4000:5000",
    "localhost..",
  ])("is not shown under a name that somebody else may own: %j", async (host) => {
    expect(await statusesFor({ host })).toEqual([421, 421, 421, 421]);
  });

  it("is not shown to a request without a host, with two, or with an address as target", async () => {
    const head = (lines: string) => `${lines}\r\nconnection: close\r\n\r\n`;
    const first = async (bytes: string) => (await rawBytes(page.origin, bytes)).split("\r\n", 1)[0];
    expect(await first("GET /_cardea/state.json HTTP/1.0\r\n\r\n")).toContain(" 421 ");
    expect(await first(head("GET /_cardea/state.json HTTP/1.1\r\nhost:"))).toContain(" 421 ");
    expect(
      await first(head("GET /_cardea/state.json HTTP/1.1\r\nhost: localhost\r\nhost: evil.example")),
    ).toMatch(/ (400|421) /);
    expect(
      await first(head("GET http://localhost/_cardea/state.json HTTP/1.1\r\nhost: localhost")),
    ).toContain(" 404 ");
  });

  it.each([
    ["its own page", { "sec-fetch-site": "same-origin" }, ADMITTED],
    ["an address that was typed", { "sec-fetch-site": "none" }, ADMITTED],
    ["another site", { "sec-fetch-site": "cross-site" }, [403, 403, 403, 403]],
    ["another port or name of this machine", { "sec-fetch-site": "same-site" }, [403, 403, 403, 403]],
    ["something unknown", { "sec-fetch-site": "same-origin, cross-site" }, [403, 403, 403, 403]],
    ["nothing that is known", { "sec-fetch-site": "" }, [403, 403, 403, 403]],
  ])("is shown only to %s", async (_who, headers, expected) => {
    expect(await statusesFor({ host: "localhost", ...headers })).toEqual(expected);
  });

  it("is shown to a client that is no browser, but not to an old browser on another page", async () => {
    const { status } = await send(page.origin, "/_cardea/state.json", { host: "localhost" });
    expect(status).toBe(200);
    for (const origin of ["https://evil.example", "null", "http://localhost"]) {
      const reply = await send(page.origin, "/_cardea/state.json", { host: "localhost", origin });
      expect(reply.status).toBe(403);
    }
  });

  it("says what to do instead, and allows no other page to read even that", async () => {
    const stranger = await send(page.origin, "/_cardea/state.json", { host: "evil.example" });
    expect(JSON.parse(stranger.text)).toEqual({
      message: expect.stringContaining('"evil.example"'),
      fix: expect.stringContaining("pageHosts"),
    });
    expect(stranger.headers).toMatchObject({
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
      connection: "close",
    });
    expect(Object.keys(stranger.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    const link = await send(page.origin, "/", { ...BROWSER, "sec-fetch-site": "cross-site" });
    expect([link.status, link.text]).toEqual([403, expect.stringContaining("Type its address")]);
  });

  it("is not asked of a page in serve, which has nothing but itself and its state", async () => {
    const headers = { ...BROWSER, host: "api.example.com", "sec-fetch-site": "cross-site" };
    expect((await send(open.origin, "/", headers)).status).toBe(200);
    expect((await send(open.origin, ASSET, headers)).status).toBe(200);
    expect((await send(open.origin, "/_cardea/state.json", headers)).status).toBe(200);
    for (const path of ["access.json", "plan.json", "events", "demo/age-login", "demo/received.json"])
      expect((await send(open.origin, `/_cardea/${path}`, headers)).status).toBe(404);
  });
});
