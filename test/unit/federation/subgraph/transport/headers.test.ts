import { describe, expect, it } from "vitest";
import {
  createHeaderFilter,
  DEFAULT_PASSED_HEADERS,
} from "../../../../../src/federation/subgraph/transport/headers.js";

const nobody = (): boolean => false;

describe("the client headers that go on to a subgraph", () => {
  it("are those on the list, by any case, with the values of repeated ones joined", () => {
    const filter = createHeaderFilter(["X-Tenant", "x-list", "x-absent"], nobody);
    expect(filter({ "x-tenant": "t", "x-list": ["a", "b"], "x-other": "o", "x-absent": undefined })).toEqual([
      "x-tenant",
      "t",
      "x-list",
      "a, b",
    ]);
  });

  it.each([
    "authorization",
    "Authorization",
    "cookie",
    "set-cookie",
    "proxy-authorization",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "upgrade",
    "x-request-id",
  ])("never hold %s, listed or not", (name) => {
    const filter = createHeaderFilter([name, "x-ok"], nobody);
    expect(filter({ [name.toLowerCase()]: "v", "x-ok": "1" })).toEqual(["x-ok", "1"]);
  });

  it("never hold a header of ours, by which a subgraph would believe the client", () => {
    const filter = createHeaderFilter(["X-Cardea-Identity", "x-ok"], (name) => name === "x-cardea-identity");
    expect(filter({ "x-cardea-identity": "forged", "x-ok": "1" })).toEqual(["x-ok", "1"]);
  });

  it.each<[string, string | readonly string[]]>([
    ["one name", "X-Hop"],
    ["several", "keep-alive, x-hop ,close"],
    ["several lines", ["keep-alive", "X-Hop"]],
  ])("hold nothing the client's Connection names: %s", (_name, connection) => {
    const filter = createHeaderFilter(["x-hop", "x-ok"], nobody);
    expect(filter({ connection, "x-hop": "1", "x-ok": "1" })).toEqual(["x-ok", "1"]);
  });

  it("hold nothing a prototype has", () => {
    const filter = createHeaderFilter(["constructor", "__proto__"], nobody);
    expect(filter({})).toEqual([]);
  });

  it("name no caller by default", () => {
    const telling = DEFAULT_PASSED_HEADERS.filter((name) =>
      /auth|cookie|user|token|forwarded|identity/.test(name),
    );
    expect(telling).toEqual([]);
    const filter = createHeaderFilter(DEFAULT_PASSED_HEADERS, nobody);
    const stranger = { traceparent: "00-1-2-01", baggage: "a=b", b3: "0", authorization: "Bearer x" };
    expect(filter({ ...stranger, cookie: "s=1", "accept-language": "de" })).toEqual([
      "accept-language",
      "de",
    ]);
  });
});
