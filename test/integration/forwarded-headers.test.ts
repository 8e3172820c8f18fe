import { request } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/index.js";
import { type FederatedGateway, startFederatedGateway } from "../support/federated-gateway.js";
import { type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const SDL = "type Query { best: Int }";
let stars: SubgraphServer;
const opened: FederatedGateway[] = [];
beforeAll(async () => {
  stars = await startSubgraphServer(() => ({ data: { best: 5 } }));
});
beforeEach(() => {
  stars.calls.length = 0;
  stars.answering = () => ({ data: { best: 5 } });
});
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.stop();
});
afterAll(() => stars.stop());

/** Sends headers as they are, those included that `fetch` would not let pass. */
const send = async (
  transport: ConfigInput["transport"],
  headers: Readonly<Record<string, string>>,
  trustedProxies = 0,
) => {
  const gateway = await startFederatedGateway(
    { stars: { sdl: SDL, url: stars.url } },
    { transport, server: { port: 0, trustedProxies } },
  );
  opened.push(gateway);
  return new Promise<{ readonly status: number | undefined; readonly setCookie: readonly string[] }>(
    (resolve, reject) => {
      const sent = request(gateway.url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
      });
      sent.on("error", reject);
      sent.on("response", (response) => {
        response.resume();
        response.on("end", () =>
          resolve({ status: response.statusCode, setCookie: response.headers["set-cookie"] ?? [] }),
        );
      });
      sent.end('{"query":"{ best }"}');
    },
  );
};

describe("transport.forwardHeaders", () => {
  it("sends on what is listed, in any case, and the tracing headers of a trusted proxy", async () => {
    await send(
      { forwardHeaders: ["X-Tenant"] },
      { "x-TENANT": "acme", "x-other": "1", traceparent: "00-a-b-01", b3: "0", "accept-language": "de" },
      1,
    );
    const headers = stars.calls[0]?.headers;
    expect(headers).toMatchObject({
      "x-tenant": "acme",
      traceparent: "00-a-b-01",
      b3: "0",
      "accept-language": "de",
    });
    expect(headers?.["x-other"]).toBeUndefined();
  });

  it("drops tracing headers that no trusted proxy wrote", async () => {
    const headers = {
      traceparent: "00-a-b-01",
      tracestate: "x=1",
      baggage: "user=ada",
      b3: "0",
      "X-B3-TraceId": "1",
    };
    await send({}, { ...headers, "accept-language": "de" });
    const received = stars.calls[0]?.headers ?? {};
    expect(received["accept-language"]).toBe("de");
    for (const name of Object.keys(headers)) expect(received[name.toLowerCase()]).toBeUndefined();
  });

  it("never sends on a credential, an identity or what describes the client's own connection", async () => {
    const forged = {
      cookie: "session=stolen",
      "proxy-authorization": "Basic YTpi",
      "x-user-id": "admin",
      "x-cardea-subject": "admin",
      te: "trailers",
      "x-hop": "1",
      connection: "close, x-hop",
    };
    await send(
      { forwardHeaders: [...Object.keys(forged), "authorization", "host", "content-length"] },
      forged,
    );
    const headers = stars.calls[0]?.headers;
    for (const name of ["cookie", "proxy-authorization", "x-user-id", "x-cardea-subject", "te", "x-hop"])
      expect(headers?.[name]).toBeUndefined();
    expect(headers?.["host"]).toBe(new URL(stars.url).host);
    expect(headers?.["connection"]).not.toContain("x-hop");
  });

  it("sends our own request id, once, whatever the client says", async () => {
    await send({ forwardHeaders: ["x-request-id"] }, { "x-request-id": "somebody-else-s" });
    await send({}, {});
    for (const { headers } of stars.calls) expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(stars.calls).toHaveLength(2);
  });
});

describe("transport.forwardSetCookies", () => {
  const cookies = ["theme=dark; Path=/", "session=stolen", "=nameless", "theme", "themes=1"];
  beforeEach(() => {
    stars.answering = (_call, response) => {
      response.setHeader("set-cookie", cookies);
      return { data: { best: 5 } };
    };
  });

  it.each<[string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
    ["nothing by default", {}, []],
    ["the names that are listed for the subgraph", { stars: ["theme"] }, ["theme=dark; Path=/"]],
    ["nothing that is listed for another subgraph", { books: ["theme", "session"] }, []],
  ])("lets a subgraph set %s", async (_what, forwardSetCookies, expected) => {
    const settings = Object.fromEntries(
      Object.entries(forwardSetCookies).map(([key, value]) => [key, [...value]]),
    );
    const { setCookie } = await send({ forwardSetCookies: settings }, {});
    expect(setCookie).toEqual(expected);
  });
});
