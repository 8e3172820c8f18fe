import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLastGoodFile } from "../../../../src/federation/supergraph/last-good-file.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cardea-last-good-"));
  path = join(folder, "last-good.graphql");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SDL = "type Query { a: Int }\n";

describe("the file of the last good supergraph", () => {
  it("gives back what was kept, to another process too", async () => {
    await createLastGoodFile(path).keep(SDL);
    await createLastGoodFile(path).keep(`${SDL}# ü\n`);
    expect(await createLastGoodFile(path).load()).toBe(`${SDL}# ü\n`);
    expect(readdirSync(folder)).toEqual(["last-good.graphql"]);
  });

  it("is read and written by its owner alone, whatever the umask", async () => {
    const umask = process.umask(0);
    await createLastGoodFile(path)
      .keep(SDL)
      .finally(() => process.umask(umask));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("is replaced as a whole: who reads the old one keeps the old one", async () => {
    await createLastGoodFile(path).keep(SDL);
    linkSync(path, join(folder, "reader"));
    await createLastGoodFile(path).keep("type Query { b: Int }\n");
    expect(readFileSync(join(folder, "reader"), "utf8")).toContain(SDL);
  });

  it("reports that nothing has been kept yet", async () => {
    await expect(createLastGoodFile(path).load()).rejects.toThrow("nothing yet");
    await createLastGoodFile(path).assertOurs();
  });

  it.each<[string, () => void]>([
    ["a link to a file of ours", () => symlinkSync(join(folder, "elsewhere"), path)],
    ["a link to nothing", () => symlinkSync(join(folder, "nowhere"), path)],
    ["a folder", () => mkdirSync(path)],
    ["the supergraph itself", () => writeFileSync(path, SDL)],
    ["an empty file", () => writeFileSync(path, "")],
  ])("leaves %s alone, and reports it", async (_what, put) => {
    await createLastGoodFile(join(folder, "elsewhere")).keep(SDL);
    put();
    const before = lstatSync(path);
    const file = createLastGoodFile(path);
    for (const act of [() => file.assertOurs(), () => file.load(), () => file.keep("type Query { b: Int }")])
      await expect(act()).rejects.toThrow("lastGoodSupergraph");
    expect(lstatSync(path)).toMatchObject({ ino: before.ino, mode: before.mode, size: before.size });
    expect(await createLastGoodFile(join(folder, "elsewhere")).load()).toBe(SDL);
  });

  it.each<[string, () => void]>([
    ["a file cut short", () => truncateSync(path, statSync(path).size - 3)],
    ["a file that was changed", () => writeFileSync(path, readFileSync(path, "utf8").replace("a:", "b:"))],
    ["a file that its group may write", () => chmodSync(path, 0o620)],
    ["a file that everybody may write", () => chmodSync(path, 0o602)],
  ])("does not believe %s, and replaces it", async (_what, spoil) => {
    await createLastGoodFile(path).keep(SDL);
    spoil();
    await expect(createLastGoodFile(path).load()).rejects.toThrow("lastGoodSupergraph");
    await createLastGoodFile(path).keep(SDL);
    expect(await createLastGoodFile(path).load()).toBe(SDL);
  });

  it("leaves nothing behind when it cannot be written", async () => {
    await expect(createLastGoodFile(join(folder, "no", "such", "folder")).keep(SDL)).rejects.toThrow();
    mkdirSync(join(folder, "taken"));
    await expect(createLastGoodFile(join(folder, "taken")).keep(SDL)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});
