import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeGateway, type RunningGateway } from "../../src/compose.js";
import { composeSubgraphs } from "../../src/composition/index.js";
import { checkConfig } from "../../src/config/load.js";
import { createOutsideIssuer, type OutsideIssuer } from "../support/outside-issuer.js";
import { AUTH_HEADER } from "../support/random-graph-sdl.js";

const SDL = `${AUTH_HEADER}
directive @trace(level: TraceLevel, options: TraceOptions) on FIELD
enum TraceLevel { LOW HIGH }
input TraceOptions { depth: Int }
type Query {
  open: Int
  search(f: Sieve, traced: TraceOptions, level: TraceLevel): Int
  phantom: Phantom @auth(scopes: ["phantom"])
  haunt(w: Wish): Int @auth(scopes: ["phantom"])
}
type Phantom { id: ID }
input Sieve { needed: Uncanny! }
input Wish { a: Int }
scalar Uncanny
`;

let folder: string;
let gateway: RunningGateway;
let issuer: OutsideIssuer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardea-introspection-"));
  issuer = await createOutsideIssuer(folder, "scope");
  const { supergraphSdl } = composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/", sdl: SDL }]);
  const supergraph = join(folder, "supergraph.graphql");
  writeFileSync(supergraph, supergraphSdl);
  const config = checkConfig(
    {
      supergraph,
      server: { port: 0, host: "127.0.0.1" },
      ops: { port: 0 },
      log: { level: "silent" },
      issuers: [issuer.settings],
      auth: { introspection: "filtered" },
    },
    { folder, environment: {} },
  );
  gateway = await composeGateway(config, { logDestination: { write: () => undefined } });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (query: string, variables: Record<string, unknown> = {}) => {
  const response = await fetch(gateway.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return { response, text: await response.text() };
};

describe("filtered introspection", () => {
  it("is this caller's alone: no cache may give it to another, not even for a named type", async () => {
    for (const query of ["{ __schema { queryType { name } } }", '{ t: __type(name: "Query") { name } }']) {
      for (let turn = 0; turn < 2; turn += 1) {
        const { response } = await ask(query);
        expect(response.status).toBe(200);
        expect(response.headers.get("cache-control")).toBe("private");
        expect(response.headers.get("vary")).toContain("Authorization");
      }
    }
  });

  it("works beside an executable directive that takes an input type", async () => {
    const { text } = await ask(
      "{ __schema { directives { name args { name type { name } } } types { name } } }",
    );
    const names = (JSON.parse(text).data.__schema.types as { name: string }[]).map(({ name }) => name);
    expect(names).toContain("TraceLevel");
    expect(names.filter((name) => name === "TraceOptions")).toHaveLength(1);
    expect(text).not.toContain("Phantom");
  });

  it("answers beside a variable of a type the caller does not see", async () => {
    const { text } = await ask("query($n: String!, $w: Wish) { __type(name: $n) { name } haunt(w: $w) }", {
      n: "Query",
      w: { a: 1 },
    });
    expect(JSON.parse(text).data).toEqual({ __type: { name: "Query" }, haunt: null });
  });
});

describe("errors about a document, where introspection is filtered", () => {
  it.each([
    ["a field of a type the caller may not see", "{ phantom { nope } }", {}],
    ["a leaf without selections", "{ phantom }", {}],
    ["a missing input field", "{ search(f: {}) }", {}],
    ["a missing input field in a variable", "query($f: Sieve) { search(f: $f) }", { f: {} }],
    ["a wrong value in a variable", "query($f: Sieve) { search(f: $f) }", { f: { needed: null } }],
  ])("name nothing the client did not write: %s", async (_, query, variables) => {
    const { response, text } = await ask(query, variables);
    expect(response.status).toBe(400);
    for (const name of ["Phantom", "Uncanny", "Did you mean"]) expect(text).not.toContain(name);
    if (!JSON.stringify([query, variables]).includes("needed")) expect(text).not.toContain("needed");
  });
});
