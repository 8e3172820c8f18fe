import { describe, expect, it } from "vitest";
import { checkDeployment, deploymentNotes } from "../../../src/config/deployment.js";
import { checkConfig } from "../../../src/config/load.js";
import type { ConfigInput } from "../../../src/config/schema.js";
import { A_PEPPER, A_SEALING_SECRET } from "../../support/secrets.js";

const config = (input: ConfigInput, nodeEnv?: string) =>
  checkConfig(
    { supergraph: "g.graphql", ...input },
    { folder: "/", environment: nodeEnv === undefined ? {} : { NODE_ENV: nodeEnv } },
  );

const refusals = (input: ConfigInput, nodeEnv?: string, allowMemoryStore = false) =>
  checkDeployment(config(input, nodeEnv), { allowMemoryStore }).map(({ where }) => where);

const lasting: ConfigInput = {
  tokens: { issuer: "https://graph.test", keys: ["t.json"], refreshPeppers: [{ id: 1, secret: A_PEPPER }] },
  identity: { keys: ["i.json"] },
};
const redis: ConfigInput = { store: { kind: "redis", url: "redis://localhost" } };
const generated = ["identity.keys", "tokens.keys", "tokens.refreshPeppers"];

describe("what a deployment refuses", () => {
  it("allows everything in a trial run, with notes", () => {
    expect(refusals({})).toEqual([]);
    expect(deploymentNotes(config({}))).toEqual([
      expect.stringContaining("memory"),
      expect.stringContaining("generated"),
    ]);
  });

  it("refuses the memory store in production unless the operator accepts it", () => {
    expect(refusals(lasting, "production")).toEqual(["store.kind"]);
    expect(refusals(lasting, "production", true)).toEqual([]);
  });

  it("refuses generated keys and peppers in production, with Redis and with several workers", () => {
    expect(refusals({}, "production", true)).toEqual(["tokens.issuer", ...generated]);
    expect(refusals(redis)).toEqual(generated);
    expect(refusals({ ...redis, server: { workers: 2 } })).toEqual(generated);
  });

  it("refuses in production an issuer named after a port, of whichever tokens are issued", () => {
    const { issuer: _, ...nameless } = lasting.tokens ?? {};
    const without = { ...redis, ...lasting, tokens: nameless };
    expect(refusals(without)).toEqual([]);
    expect(refusals(without, "production")).toEqual(["tokens.issuer"]);
    const noLogin = { ...without, authSubgraph: { enabled: false } };
    expect(refusals(noLogin, "production")).toEqual(["identity.issuer"]);
    const named = { ...noLogin.identity, issuer: "https://graph.test/identity" };
    expect(refusals({ ...noLogin, identity: named }, "production")).toEqual([]);
  });

  it("refuses generated sealing secrets where opaque tokens are issued, and nowhere else", () => {
    const opaque = (more: object = {}): ConfigInput => ({
      ...redis,
      ...lasting,
      tokens: { ...lasting.tokens, format: "opaque", ...more },
    });
    expect(refusals(opaque())).toEqual(["tokens.sealingSecrets"]);
    expect(refusals(opaque({ sealingSecrets: [{ id: 1, secret: A_SEALING_SECRET }] }))).toEqual([]);
    expect(refusals({ ...redis, ...lasting })).toEqual([]);
  });

  it("refuses several workers on one memory each, flag or not", () => {
    expect(refusals({ ...lasting, server: { workers: 2 } }, undefined, true)).toEqual(["store.kind"]);
  });

  it("asks for no token keys where no tokens are issued, and still for identity keys", () => {
    expect(refusals({ ...redis, authSubgraph: { enabled: false } })).toEqual(["identity.keys"]);
  });

  it("notes that a dry run enforces nothing and that header mode trusts the network", () => {
    const notes = deploymentNotes(
      config({
        ...lasting,
        ...redis,
        auth: { dryRun: true },
        identity: { subgraphs: { a: { mode: "header" } } },
      }),
    );
    expect(notes.join("\n")).toMatch(/NOTHING IS ENFORCED[\s\S]*subgraph a trusts plain/);
  });
});
