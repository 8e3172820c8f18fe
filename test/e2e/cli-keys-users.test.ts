import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { passwordFits } from "../../src/credentials/password-hash.js";
import { runInProcess } from "../support/command-in-process.js";
import { runCommand, withFolder } from "../support/command-line.js";

let folder: Awaited<ReturnType<typeof withFolder>>;
beforeEach(async () => {
  folder = await withFolder();
});
afterEach(() => folder.remove());

const cardea = (...args: string[]) => runInProcess(args, { cwd: folder.path });
/** The compiled program, in a process of its own. */
const program = (...args: string[]) => runCommand(args, { cwd: folder.path });
const inFolder = (name: string) => join(folder.path, name);

describe("cardea keys", () => {
  it("writes a private key for its owner alone and prints its id", async () => {
    const result = await program("keys", "new", "--out", "a.json", "--json");
    expect(result.exitCode).toBe(0);
    const written = JSON.parse(await readFile(inFolder("a.json"), "utf8")) as Record<string, unknown>;
    expect(result.json()).toEqual({ ok: true, kid: written["kid"], algorithm: "ES256", file: "a.json" });
    expect(written["d"]).toEqual(expect.any(String));
    expect((await stat(inFolder("a.json"))).mode & 0o777).toBe(0o600);
    expect(result.stdout + result.stderr).not.toContain(String(written["d"]));
  });

  it("prints the id on the first line for people", async () => {
    const result = await cardea("keys", "new", "--out", "a.json", "--alg", "EdDSA");
    const written = JSON.parse(await readFile(inFolder("a.json"), "utf8")) as Record<string, unknown>;
    expect(result.stdout.split("\n")[0]).toBe(written["kid"]);
  });

  it("names both settings a new key may go under, whatever its file is called", async () => {
    const { stdout } = await cardea("keys", "new", "--out", "identity.key.json");
    expect(stdout).toContain('tokens: { keys: ["identity.key.json"] }');
    expect(stdout).toContain('identity: { keys: ["identity.key.json"] }');
  });

  it("reads the file that keys new writes, unless another is named", async () => {
    const { kid } = (await cardea("keys", "new", "--json")).json();
    const rotated = await cardea("keys", "rotate", "--lead-seconds", "0");
    expect(rotated.exitCode).toBe(0);
    const retired = await cardea("keys", "retire", "--kid", String(kid));
    expect(retired.exitCode).toBe(0);
    const { keys } = (await cardea("keys", "list", "--json")).json();
    expect(keys).toEqual([
      expect.objectContaining({ kid, retiredAt: expect.any(Number) }),
      expect.objectContaining({ kid: rotated.stdout.split("\n")[0] }),
    ]);
  });

  it("never overwrites a key", async () => {
    await cardea("keys", "new", "--out", "a.json");
    const before = await readFile(inFolder("a.json"), "utf8");
    const result = await cardea("keys", "new", "--out", "a.json");
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("already exists");
    expect(await readFile(inFolder("a.json"), "utf8")).toBe(before);
  });

  it("refuses a symmetric algorithm as misuse", async () => {
    const result = await cardea("keys", "new", "--alg", "HS256", "--json");
    expect(result.exitCode).toBe(2);
    expect(result.json()).toEqual({ ok: false, usage: expect.stringContaining("HS256") });
  });

  it("rotates with a lead, lists both keys without their secrets, and retires one", async () => {
    await cardea("keys", "new", "--out", "a.json");
    const rotated = (
      await cardea("keys", "rotate", "--file", "a.json", "--lead-seconds", "0", "--json")
    ).json();
    const list = await cardea("keys", "list", "--file", "a.json", "--json");
    const keys = list.json()["keys"] as readonly { readonly kid: string; readonly retiredAt?: number }[];
    expect(keys).toHaveLength(2);
    expect(keys.map(({ kid }) => kid)).toContain(rotated["kid"]);
    expect(list.stdout).not.toContain('"d"');
    const old = keys[0]?.kid ?? "";
    expect((await cardea("keys", "retire", "--file", "a.json", "--kid", old)).exitCode).toBe(0);
    const after = (await cardea("keys", "list", "--file", "a.json", "--json")).json()["keys"] as typeof keys;
    expect(after.find(({ kid }) => kid === old)?.retiredAt).toEqual(expect.any(Number));
    expect((await stat(inFolder("a.json"))).mode & 0o777).toBe(0o600);
  });

  it("refuses to retire the only key that can sign", async () => {
    const { kid } = (await cardea("keys", "new", "--out", "a.json", "--json")).json();
    const result = await cardea("keys", "retire", "--file", "a.json", "--kid", String(kid));
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("only key");
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  it("does not quote a broken key file", async () => {
    await writeFile(inFolder("a.json"), '{"d":"canary-secret",');
    const result = await cardea("keys", "list", "--file", "a.json");
    expect(result.exitCode).toBe(1);
    expect(result.stderr).not.toContain("canary");
  });
});

describe("cardea users", () => {
  const add = (input: string, ...args: string[]) =>
    runCommand(["users", "add", ...args, "--password-stdin"], { cwd: folder.path, input });

  it("adds a user with an argon2id hash to a file for its owner alone", async () => {
    const result = await add(
      "a long enough password\n",
      "dora",
      "--scopes",
      "orders:read orders:write",
      "--json",
    );
    expect(result.exitCode).toBe(0);
    expect(result.json()).toMatchObject({
      ok: true,
      username: "dora",
      scopes: ["orders:read", "orders:write"],
      file: "users.yaml",
    });
    const text = await readFile(inFolder("users.yaml"), "utf8");
    expect(text).toContain("$argon2id$");
    expect(text + result.stdout + result.stderr).not.toContain("long enough");
    expect((await stat(inFolder("users.yaml"))).mode & 0o777).toBe(0o600);
  });

  it("refuses a name that is taken and keeps the file", async () => {
    await add("a long enough password", "dora");
    const before = await readFile(inFolder("users.yaml"), "utf8");
    const result = await add("another password", "--username", "dora");
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("a unique username");
    expect(await readFile(inFolder("users.yaml"), "utf8")).toBe(before);
  });

  it("refuses a short password without repeating it", async () => {
    const result = await add("tiny", "dora");
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("4 characters");
    expect(result.stderr).not.toContain("tiny");
  });

  it("asks for --password-stdin where there is no terminal", async () => {
    const result = await cardea("users", "add", "dora");
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("--password-stdin");
  });

  it("locks and unlocks, and names a user who is not there", async () => {
    await add("a long enough password", "dora");
    expect((await cardea("users", "lock", "dora", "--json")).json()).toEqual({
      ok: true,
      username: "dora",
      status: "locked",
      file: "users.yaml",
      everywhere: false,
      confirmed: true,
    });
    expect(await readFile(inFolder("users.yaml"), "utf8")).toContain("locked");
    expect((await cardea("users", "unlock", "dora")).exitCode).toBe(0);
    const unknown = await cardea("users", "lock", "nobody");
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain("no user named nobody");
  });

  it("lists and shows users without their hashes", async () => {
    await add("a long enough password", "dora", "--id", "u-dora", "--scopes", "a b");
    await add("a long enough password", "finn");
    const dora = {
      username: "dora",
      id: "u-dora",
      tenant: "default",
      status: ["active"],
      scopes: ["a", "b"],
      password: true,
    };
    const list = await cardea("users", "list", "--json");
    expect(list.json()).toMatchObject({
      ok: true,
      file: "users.yaml",
      users: [dora, { username: "finn", scopes: [] }],
    });
    const show = await cardea("users", "show", "dora", "--json");
    expect(show.json()).toMatchObject({ ok: true, user: dora });
    const output = (await cardea("users", "list")).stdout + (await cardea("users", "show", "dora")).stdout;
    expect(output).toContain("u-dora");
    expect(output + list.stdout + show.stdout).not.toContain("argon2");
  });

  it("sets a new password and other scopes, and removes a user", async () => {
    await add("a long enough password", "dora");
    const text = () => readFile(inFolder("users.yaml"), "utf8");
    const before = await text();
    const options = { cwd: folder.path, input: "another long password\n" };
    expect((await runCommand(["users", "passwd", "dora", "--password-stdin"], options)).exitCode).toBe(0);
    const hash = /passwordHash: (\S+)/.exec(await text())?.[1] ?? "";
    expect(before).not.toContain(hash);
    expect(await passwordFits(hash, "another long password")).toBe(true);
    expect((await cardea("users", "set-scopes", "dora", "x y")).exitCode).toBe(0);
    expect((await cardea("users", "show", "dora", "--json")).json()).toMatchObject({
      user: { scopes: ["x", "y"] },
    });
    expect((await cardea("users", "set-scopes", "dora", 'x"')).exitCode).toBe(2);
    expect((await cardea("users", "remove", "dora")).exitCode).toBe(0);
    expect((await cardea("users", "list", "--json")).json()).toMatchObject({ users: [] });
  });

  it.each(["passwd", "show", "remove", "set-scopes"])("names a user who is not there: %s", async (verb) => {
    await add("a long enough password", "dora");
    const result = await cardea("users", verb, "nobody", ...(verb === "set-scopes" ? ["a"] : []));
    expect([result.exitCode, result.stderr.includes("no user named nobody")]).toEqual([1, true]);
  });
});
