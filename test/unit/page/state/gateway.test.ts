import { describe, expect, it } from "vitest";
import type { PageState } from "../../../../src/http/page/contract.js";
import { describeGateway } from "../../../../src/page/shell/describe-gateway.js";
import { knownState, watchGateway } from "../../../../src/page/state/gateway.js";

const aState = (more: Partial<PageState> = {}): PageState => ({
  version: 1,
  cardea: "0.1.0",
  mode: "demo",
  graphqlPath: "/graphql",
  status: "serving",
  problems: [],
  subgraphs: [{ name: "a", url: "http://a.invalid" }],
  supergraphDigest: "d",
  auth: null,
  freshSeconds: 300,
  panels: ["operation"],
  demo: null,
  ...more,
});

describe("the state of the gateway", () => {
  it("stays known while the gateway cannot be reached", async () => {
    const answers = [
      () => Promise.resolve(Response.json(aState())),
      () => Promise.reject(new TypeError("no network")),
      () => Promise.resolve(new Response("no", { status: 503 })),
    ];
    const gateway = watchGateway("/state", () => (answers.shift() ?? fail)());
    const fail = () => Promise.reject(new Error("asked too often"));
    await gateway.reload();
    expect(gateway.store.get().kind).toBe("known");
    await gateway.reload();
    expect(gateway.store.get()).toMatchObject({
      kind: "unreachable",
      message: "The gateway cannot be reached.",
    });
    expect(knownState(gateway.store.get())?.graphqlPath).toBe("/graphql");
    await gateway.reload();
    expect(gateway.store.get()).toMatchObject({ message: "The gateway answered HTTP 503." });
    gateway.accept(aState({ supergraphDigest: "e" }));
    expect(knownState(gateway.store.get())?.supergraphDigest).toBe("e");
  });

  it.each([
    [aState(), { kind: "good", text: "Demo · 1 subgraph" }],
    [aState({ mode: "serve", subgraphs: [] }), { kind: "good", text: "Serving" }],
    [aState({ status: "waiting" }), { kind: "attention", text: "Demo · waiting for a first graph" }],
    [
      aState({ mode: "dev", problems: ["one", "two"] }),
      { kind: "attention", text: "Development · 2 problems, last good graph serves" },
    ],
  ])("is described in a few words", (state, described) => {
    expect(describeGateway({ kind: "known", state })).toEqual(described);
  });
});
