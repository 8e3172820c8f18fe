import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPersistedDocuments } from "../../../src/compose/persisted-documents.js";
import { checkConfig } from "../../../src/config/load.js";
import { ConfigError } from "../../../src/domain/errors.js";

function open(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "cardea-documents-"));
  writeFileSync(join(folder, "documents.json"), text);
  return openPersistedDocuments(
    checkConfig(
      { supergraph: "g", server: { persistedDocuments: { path: "documents.json", only: true } } },
      { folder, environment: {} },
    ),
  );
}

describe("the list of persisted documents", () => {
  it("is a map of id and text, or the manifest of Apollo's tools", async () => {
    const expected = { byId: new Map([["1", "{ a }"]]), only: true };
    expect(await open('{"1":"{ a }"}')).toEqual(expected);
    expect(
      await open(
        '{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"1","body":"{ a }","name":"A","type":"query"}]}',
      ),
    ).toEqual(expected);
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["a document that is no text", '{"1":{"kind":"Document"}}'],
    ["one id twice", '{"operations":[{"id":"1","body":"{ a }"},{"id":"1","body":"{ b }"}]}'],
    ["an operation without a text", '{"operations":[{"id":"1"}]}'],
    ["a null among operations", '{"operations":[null]}'],
  ])("is refused as %s", async (_, text) => {
    await expect(open(text)).rejects.toThrow(ConfigError);
  });
});
