import { describe, expect, it } from "vitest";
import {
  demandsTls,
  hasOwnConnections,
  settingsOf,
} from "../../../../../src/federation/subgraph/transport/settings.js";

const TLS = { ca: "a" };

describe("the settings of one subgraph", () => {
  it("are its own, then those for all, then defaults, each by itself", () => {
    const settings = { deadlineMs: 1, retries: 3, subgraphs: { a: { deadlineMs: 2, http2: true } } };
    expect(settingsOf(settings, "a")).toEqual({
      deadlineMs: 2,
      retries: 3,
      maxResponseBytes: 16 * 1024 * 1024,
      http2: true,
      tls: undefined,
    });
    expect(settingsOf(settings, "b")).toMatchObject({ deadlineMs: 1, retries: 3, http2: undefined });
    expect(settingsOf({}, "a")).toMatchObject({ deadlineMs: 10_000, retries: 1 });
  });

  it("keep a zero that was chosen", () => {
    const settings = { retries: 2, subgraphs: { a: { retries: 0, http2: false } }, http2: true };
    expect(settingsOf(settings, "a")).toMatchObject({ retries: 0, http2: false });
  });

  it.each(["__proto__", "constructor", "toString"])("are nobody's for a subgraph named %s", (name) => {
    const settings = { subgraphs: {} };
    expect(settingsOf(settings, name)).toEqual(settingsOf({}, "a"));
    expect(hasOwnConnections(settings, name)).toBe(false);
    expect(demandsTls(settings, name)).toBe(false);
  });
});

describe("connections and TLS", () => {
  it("are a subgraph's own where it has settings of the connection, and only there", () => {
    const subgraphs = { tls: { tls: TLS }, http2: { http2: false }, slow: { deadlineMs: 5 } };
    const own = ["tls", "http2", "slow", "other"].filter((name) => hasOwnConnections({ subgraphs }, name));
    expect(own).toEqual(["tls", "http2"]);
  });

  it("are demanded where they were configured for this very subgraph", () => {
    expect(demandsTls({ subgraphs: { a: { tls: TLS } } }, "a")).toBe(true);
    expect(demandsTls({ subgraphs: { a: { tls: TLS } } }, "b")).toBe(false);
    // Settings for all subgraphs apply to those with https.
    expect(demandsTls({ tls: TLS }, "a")).toBe(false);
    expect(settingsOf({ tls: TLS }, "a").tls).toBe(TLS);
  });
});
