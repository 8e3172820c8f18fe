import { describe, expect, it } from "vitest";
import type { TransportSettings } from "../../../../../src/federation/subgraph/transport/settings.js";
import { createTargets } from "../../../../../src/federation/subgraph/transport/targets.js";

const open = (settings: TransportSettings = {}) => createTargets(settings, () => undefined);

describe("the target of a subgraph", () => {
  it("is one for each address, and another after a reload moved it", () => {
    const targets = open();
    const first = targets.get("a", "http://a.invalid/graphql?x=1");
    expect(first).toMatchObject({ path: "/graphql?x=1", inFlight: 0 });
    expect(targets.get("a", "http://a.invalid/graphql?x=1")).toBe(first);
    const moved = targets.get("a", "http://b.invalid/");
    expect(moved).not.toBe(first);
    expect(targets.all()).toEqual([moved]);
  });

  it.each(["cardea://auth", "file:///etc/passwd", "ftp://a.invalid/", "", "a.invalid"])(
    "is none for a URL that may not be used: %s",
    (url) => {
      const targets = open();
      expect(targets.get("a", url)).toBeUndefined();
      expect(targets.all()).toEqual([]);
    },
  );

  it("is none without https where TLS is configured for it, though a target was there before", () => {
    const targets = open({ subgraphs: { a: { tls: { servername: "a" } } } });
    const secure = targets.get("a", "https://a.invalid/");
    expect(secure).toBeDefined();
    expect(targets.get("a", "http://a.invalid/")).toBeUndefined();
    expect(targets.get("b", "http://a.invalid/")).toBeDefined();
  });

  it("shares connections with others of its origin, unless it has settings of the connection", () => {
    const targets = open({ subgraphs: { own: { http2: true } } });
    const pools = ["a", "b", "own"].map((name) => targets.get(name, `https://x.invalid/${name}`)?.pool);
    expect(pools[0]).toBe(pools[1]);
    expect(pools[2]).not.toBe(pools[0]);
  });

  it("shares nothing that is known of it: each has its circuit and its budget", () => {
    const targets = open();
    const [a, b] = ["a", "b"].map((name) => targets.get(name, "https://x.invalid/"));
    expect(a?.circuit).not.toBe(b?.circuit);
    expect(a?.retryBudget).not.toBe(b?.retryBudget);
  });
});
