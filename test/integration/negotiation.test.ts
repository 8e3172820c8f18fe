import { afterEach, describe, expect, it } from "vitest";
import { type SmallGateway, startSmallGateway } from "../support/small-gateway.js";

let gateway: SmallGateway;
afterEach(() => gateway.stop());

const ask = (accept: string, body: unknown, type = "application/json"): Promise<Response> =>
  fetch(gateway.url, {
    method: "POST",
    headers: { "content-type": type, accept },
    body: JSON.stringify(body),
  });

const GRAPHQL = "application/graphql-response+json; charset=utf-8";
const JSON_UTF8 = "application/json; charset=utf-8";
const good = { query: "{ a }" };

describe("content negotiation that remembers", () => {
  it.each([
    ["application/graphql-response+json", GRAPHQL],
    ["application/json", JSON_UTF8],
    ["application/graphql-response+json, application/json;q=0.9", GRAPHQL],
    ["application/graphql-response+json;q=0.1, application/json", JSON_UTF8],
    ["*/*", JSON_UTF8],
  ])("answers %s with the same type the first and every later time", async (accept, type) => {
    gateway = await startSmallGateway(() => ({ data: { a: 1 } }));
    const types: (string | null)[] = [];
    for (let time = 0; time < 3; time += 1) types.push((await ask(accept, good)).headers.get("content-type"));
    expect(types).toEqual([type, type, type]);
  });

  it("keeps what one client accepts apart from what another does", async () => {
    gateway = await startSmallGateway(() => ({ data: { a: 1 } }));
    const types: (string | null)[] = [];
    for (const accept of ["application/json", "application/graphql-response+json", "application/json"])
      types.push((await ask(accept, good)).headers.get("content-type"));
    expect(types).toEqual([JSON_UTF8, GRAPHQL, JSON_UTF8]);
  });

  it("refuses what cannot be served 406, also after that client was answered an error of another kind", async () => {
    gateway = await startSmallGateway(() => ({ data: { a: 1 } }));
    const statuses: number[] = [];
    for (const body of [{}, good, good, { query: "{ unparsable" }, good])
      statuses.push((await ask("text/html", body)).status);
    expect(statuses).toEqual([400, 406, 406, 406, 406]);
  });

  it("goes on negotiating when strangers send more different headers than it remembers", async () => {
    gateway = await startSmallGateway(() => ({ data: { a: 1 } }));
    for (let index = 0; index < 120; index += 1) await ask(`application/json;x=${index}, */*;q=0.1`, good);
    expect((await ask("application/graphql-response+json", good)).headers.get("content-type")).toBe(GRAPHQL);
  });

  it.each([8_191, 8_193, 400_000])(
    "sends a text of %i characters whole, whatever its letters",
    async (length) => {
      const text = "aé漢😀".repeat(Math.ceil(length / 5)).slice(0, length);
      gateway = await startSmallGateway(() => ({ data: { a: text } }));
      const response = await ask("application/json", good);
      const bytes = await response.arrayBuffer();
      expect(response.headers.get("content-length")).toBe(String(bytes.byteLength));
      expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual({ data: { a: text } });
    },
  );
});
