import { describe, expect, it } from "vitest";
import { LOCAL_AUTH_URL } from "../../../../src/federation/subgraph/local.js";
import { createTransport } from "../../../../src/federation/subgraph/transport/transport.js";

describe("the auth subgraph's routing URL", () => {
  it("is a URL of a scheme no other subgraph has: what carries passwords is never sent anywhere", async () => {
    expect(new URL(LOCAL_AUTH_URL).protocol).toBe("cardea:");
    const transport = createTransport();
    const call = { subgraph: "auth", operationKind: "mutation", body: "{}", headers: [] } as const;
    const { signal } = new AbortController();
    expect(await transport.send({ ...call, url: LOCAL_AUTH_URL, signal })).toMatchObject({
      failure: "connection",
      answer: { kind: "unavailable", reason: "a routing URL that may not be used" },
    });
    await transport.close();
  });
});
