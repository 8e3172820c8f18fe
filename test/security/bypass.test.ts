import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { type BypassCase, loadCases } from "../support/bypass-case.js";
import { valuesAt } from "../support/bypass-judge.js";
import { observe, runCase } from "../support/bypass-run.js";
import { stageCase } from "../support/gateway-harness.js";

const cases = loadCases();
const overHttp = cases.filter((bypass) => bypass.transport === "http");
const overSockets = cases.filter((bypass) => bypass.transport === "websocket");

const named = (id: string): BypassCase => {
  const found = cases.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
};

describe("bypass corpus, over HTTP against a whole gateway", () => {
  it.each(overHttp.map((bypass) => [`${bypass.category}: ${bypass.id}`, bypass] as const))(
    "%s",
    async (_name, bypass) => {
      expect(await runCase(bypass), bypass.why).toEqual([]);
    },
  );
});

describe("precise mode, where the corpus describes strict mode", () => {
  /** One answer per turn: the runtime type at the abstract position changes from turn to turn. */
  const turns = async (id: string, query: string) => {
    const bypass = { ...named(id), query };
    const seen = [];
    for (const rotation of [0, 1]) {
      const observed = await observe(bypass, { mode: "precise", rotation });
      if (observed === "refused") throw new Error(`${id} is refused`);
      seen.push(...observed);
    }
    return seen;
  };

  it("has a precise twin in exactly these cases", () => {
    expect(cases.filter((each) => each.expect_precise !== undefined).map((each) => each.id)).toEqual([
      "poly-type-guard-behind-open-interface",
      "poly-field-guard-on-one-implementation",
    ]);
  });

  it("shows open objects and hides a guarded one, at its exact path and without fetching it", async () => {
    const seen = await turns("poly-type-guard-behind-open-interface", "{ node { id } }");
    const [priv, pub] = seen;
    expect(priv?.answers[0]).toMatchObject({
      data: { node: null },
      errors: [{ path: ["node"], extensions: { code: "FORBIDDEN" } }],
    });
    expect(valuesAt(pub?.answers[0]?.data, ["node", "id"])).toEqual([expect.stringMatching(/^Pub:/)]);
    expect(pub?.answers[0]?.errors).toBeUndefined();
    for (const { query } of seen.flatMap((each) => each.traffic)) {
      expect(query).not.toMatch(/node\s*\{\s*(__typename\s*)?id\b/);
      expect(query).not.toMatch(/Priv/);
    }
  });

  it("hides a field guarded in one implementation only there", async () => {
    const query = "{ nodes { __typename id note } }";
    for (const seen of await turns("poly-field-guard-on-one-implementation", query)) {
      const nodes = valuesAt(seen.answers[0]?.data, ["nodes", "@"]) as {
        __typename: string;
        id: string;
        note: string | null;
      }[];
      expect(nodes.map((node) => node.__typename).sort()).toEqual(["Priv", "Pub"]);
      for (const node of nodes) expect(node.note === null).toBe(node.__typename === "Priv");
      const index = nodes.findIndex((node) => node.__typename === "Priv");
      expect(seen.answers[0]?.errors).toMatchObject([{ path: ["nodes", index, "note"] }]);
    }
  });
});

describe("the corpus against a gateway that reports and enforces nothing", () => {
  /** Refused before or beside any judgement, or a positive twin: these hold without enforcement too. */
  const holdAnyway = (bypass: BypassCase): boolean =>
    bypass.expect.reject_at !== undefined ||
    bypass.expect.http_status !== undefined ||
    bypass.expect.or_http_status !== undefined ||
    bypass.expect.must_error_codes?.length === 0 ||
    bypass.expect.must_error_codes?.includes("GRAPHQL_VALIDATION_FAILED") === true ||
    ["from-context-transitive", "fragment-expansion-bomb", "introspect-guarded-type"].includes(bypass.id);

  const enforced = overHttp.filter((bypass) => !holdAnyway(bypass));

  it("covers most cases", () => expect(enforced.length).toBeGreaterThan(55));

  it.each(enforced.map((bypass) => [bypass.id, bypass] as const))("%s fails", async (_id, bypass) => {
    const wrong = await runCase(bypass, { dryRun: true });
    expect(wrong.join("\n")).toMatch(/is served|is fetched/);
  });
});

/** The HTTP status of a WebSocket handshake: 101 where sockets are served. */
const upgradeStatus = async (bypass: BypassCase): Promise<number> => {
  const staged = await stageCase(bypass);
  try {
    return await new Promise((resolve, reject) => {
      const headers = {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-protocol": "graphql-transport-ws",
      };
      const sent = request(staged.url, { headers });
      sent.on("upgrade", (response, socket) => {
        socket.destroy();
        resolve(response.statusCode ?? 0);
      });
      sent.on("response", (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on("error", reject);
      sent.end();
    });
  } finally {
    await staged.close();
  }
};

describe("cases that wait for sockets", () => {
  it("are listed, and run as soon as the gateway takes an upgrade", async () => {
    expect(overSockets.map((bypass) => bypass.id)).toEqual([
      "ws-subscription-path",
      "subscription-fresh-expires-midstream",
    ]);
    for (const bypass of overSockets) {
      const seen = await observe({ ...bypass, transport: "http" }, {});
      if (seen === "refused") throw new Error(`${bypass.id} is refused`);
      // Over plain HTTP a subscription is refused before the executor and never reaches a subgraph.
      for (const each of seen) {
        expect(each.status).toBe(400);
        expect(each.traffic).toEqual([]);
      }
      expect(await upgradeStatus(bypass)).not.toBe(101);
    }
  });
});
