import { describe, expect, it } from "vitest";
import type { AskSchema } from "../../../../src/page/schema/client.js";
import { callerKey, createSchemaSource } from "../../../../src/page/schema/source.js";
import type { SessionView } from "../../../../src/page/state/session-view.js";

const aCaller = (subject: string, generation: number): SessionView => ({
  kind: "signedIn",
  expiresAtSeconds: 1,
  generation,
  claims: {
    subject,
    sessionId: "s",
    scopes: ["a"],
    authTimeSeconds: 1,
    issuedAtSeconds: generation,
    expiresAtSeconds: 1,
    all: { jti: String(generation) },
  },
});

/** A source whose key the test changes, and whose loads it counts. */
function aSource() {
  let key = "a";
  let loads = 0;
  let changed: () => void = () => undefined;
  const ask = (async () => {
    loads += 1;
    return { kind: "loaded", types: loads, hasAccess: false };
  }) as unknown as AskSchema; // only `load` is asked
  const source = createSchemaSource({
    ask,
    input: async () => ({ graphqlUrl: "/g", accessToken: undefined, accessUrl: undefined }),
    key: () => key,
    whenIdle: (callback) => callback(),
    watch: (listener) => {
      changed = listener;
    },
  });
  return {
    source,
    loads: () => loads,
    become: async (next: string) => {
      key = next;
      changed();
      await new Promise(setImmediate);
    },
  };
}

describe("the schema of the page", () => {
  it("is loaded once for all panels, and again when the caller or the graph changes", async () => {
    const { source, loads, become } = aSource();
    source.start();
    source.start();
    await become("a");
    expect(loads()).toBe(1);
    await become("b");
    expect(loads()).toBe(2);
    await source.reload();
    expect(source.status.get()).toEqual({ kind: "loaded", types: 3, hasAccess: false });
  });

  it("is another one for another caller, and the same after a refresh", () => {
    expect(callerKey(aCaller("u", 1))).toBe(callerKey(aCaller("u", 2)));
    expect(callerKey(aCaller("u", 1))).not.toBe(callerKey(aCaller("v", 1)));
    expect(callerKey({ kind: "signedOut", reason: "x" })).toBe(
      callerKey({ kind: "signedOut", reason: undefined }),
    );
  });
});
