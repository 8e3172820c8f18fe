import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../../src/composition/index.js";
import { runHere } from "../../support/command-in-process.js";
import { aSubgraph } from "../composition/support.js";

let folder: string;
const a = aSubgraph("accounts", 'type Query { salary: Int @auth(scopes: ["hr"]) open: Int }');
const b = aSubgraph("billing", "type Query { bill: Int }");
const file = (name: string): string => join(folder, name);
const flag = (name: string, sdl: string): readonly string[] => [
  "--subgraph",
  `${name}=http://127.0.0.1:9/=${file(sdl)}`,
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cardea-check-"));
  writeFileSync(file("a.graphql"), a.sdl);
  writeFileSync(file("b.graphql"), b.sdl);
  writeFileSync(file("super.graphql"), composeSubgraphs([a, b]).supergraphSdl);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("check of a supergraph and the subgraphs that are named", () => {
  const check = (...flags: readonly (readonly string[])[]) =>
    runHere(["check", "--supergraph", file("super.graphql"), ...flags.flat()]);

  it("reports ok when all are given", async () => {
    expect((await check(flag("accounts", "a.graphql"), flag("billing", "b.graphql"))).code).toBe(0);
  });

  it("refuses a name the supergraph does not have", async () => {
    const { code, text } = await check(flag("acounts", "a.graphql"), flag("billing", "b.graphql"));
    expect(code).toBe(1);
    expect(text).toContain('"acounts", which the supergraph does not have');
  });

  it("refuses when only some are given", async () => {
    const { code, text } = await check(flag("billing", "b.graphql"));
    expect(code).toBe(1);
    expect(text).toContain("accounts: found 1 of 2 subgraphs that nothing was compared with");
  });

  it("reports the allowed names of a subgraph for an invalid name", async () => {
    for (const name of ["9lives", "", "a b", "ä"]) {
      const { code, text } = await runHere(["compose", "--subgraph", `${name}=http://127.0.0.1:9/a`]);
      expect(code).toBe(2);
      expect(text).toContain("starts with a letter");
    }
    expect((await runHere(["compose", "--subgraph", "a=ftp://x"])).text).toContain("http(s) url");
  });
});
