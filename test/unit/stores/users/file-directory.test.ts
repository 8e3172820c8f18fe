import { mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { userReference } from "../../../../src/credentials/user-directory.js";
import { DEFAULT_TENANT, tenantId, userId } from "../../../../src/domain/brand.js";
import { addUser, listUsers, removeUser, updateUser } from "../../../../src/stores/users/edit-user-file.js";
import { createFileUserDirectory } from "../../../../src/stores/users/file-directory.js";
import { ManualClock } from "../../../support/token-builders.js";

const HASH = "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo";

const FILE = `# people
users:
  - id: u-ada
    username: ada
    passwordHash: ${HASH}
    scopes: [orders:read, "cardea:sessions:admin"]   # rights
    attributes: { plan: gold, __proto__: { admin: true } }
  - { id: u-bob, username: bob, tenant: acme, status: locked }
`;

async function aFile(text = FILE): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "cardea-users-")), "users.yaml");
  await writeFile(path, text);
  return path;
}

describe("a file of users", () => {
  it("finds users by name and by id, within their tenant", async () => {
    const directory = await createFileUserDirectory({ path: await aFile(), clock: new ManualClock() });
    const ada = await directory.byUsername(DEFAULT_TENANT, "ada");
    expect(ada).toMatchObject({ id: "u-ada", status: "active", passwordHash: HASH, tenant: "default" });
    expect(ada?.scopes).toEqual(["orders:read", "cardea:sessions:admin"]);
    expect(await directory.byId(DEFAULT_TENANT, userId("u-ada"))).toEqual(ada);
    expect(await directory.byUsername(DEFAULT_TENANT, "bob")).toBeUndefined();
    expect(await directory.byUsername(tenantId("acme"), "bob")).toMatchObject({ status: "locked" });
    expect(await directory.byReference?.(userReference(DEFAULT_TENANT, userId("u-ada")))).toEqual(ada);
    expect(await directory.byReference?.(userReference(tenantId("acme"), userId("u-ada")))).toBeUndefined();
    expect(await directory.byUsername(DEFAULT_TENANT, "__proto__")).toBeUndefined();
  });

  it("takes an attribute named __proto__ for data", async () => {
    const directory = await createFileUserDirectory({ path: await aFile(), clock: new ManualClock() });
    const ada = await directory.byUsername(DEFAULT_TENANT, "ada");
    expect(Object.getPrototypeOf(ada?.attributes)).toBeNull();
    expect(ada?.attributes["plan"]).toBe("gold");
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
  });

  it("gives sessions metadata along, of 2 KiB at most", async () => {
    const file = (note: string) =>
      aFile(JSON.stringify({ users: [{ id: "1", username: "ada", sessionMetadata: { tags: [{ note }] } }] }));
    const clock = new ManualClock();
    const directory = await createFileUserDirectory({ path: await file("x"), clock });
    const ada = await directory.byUsername(DEFAULT_TENANT, "ada");
    expect(JSON.stringify(ada?.sessionMetadata)).toBe('{"tags":[{"note":"x"}]}');
    await expect(
      createFileUserDirectory({ path: await file("x".repeat(2048)), clock }),
    ).rejects.toMatchObject({
      problems: [
        { where: expect.stringMatching(/users\[0\]\.sessionMetadata$/), found: "2070 bytes of JSON" },
      ],
    });
  });

  it("may be JSON", async () => {
    const path = await aFile(JSON.stringify({ users: [{ id: "1", username: "ada" }] }));
    const directory = await createFileUserDirectory({ path, clock: new ManualClock() });
    expect(await directory.byUsername(DEFAULT_TENANT, "ada")).toMatchObject({ id: "1", scopes: [] });
  });

  it("takes a change into force without a restart, after at most a second", async () => {
    const path = await aFile();
    const clock = new ManualClock();
    const directory = await createFileUserDirectory({ path, clock });
    await updateUser(path, { username: "ada" }, { status: "locked" });
    expect(await directory.byUsername(DEFAULT_TENANT, "ada")).toMatchObject({ status: "active" });
    clock.advanceSeconds(1);
    expect(await directory.byUsername(DEFAULT_TENANT, "ada")).toMatchObject({ status: "locked" });
  });

  it("keeps the users it knows while the file is broken, and reports that once", async () => {
    const path = await aFile();
    const clock = new ManualClock();
    const problems: string[] = [];
    const directory = await createFileUserDirectory({
      path,
      clock,
      onProblem: (text) => problems.push(text),
    });
    await writeFile(path, "users: [ {");
    for (let look = 0; look < 3; look += 1) {
      clock.advanceSeconds(2);
      expect(await directory.byUsername(DEFAULT_TENANT, "ada")).toMatchObject({ id: "u-ada" });
    }
    expect(problems).toHaveLength(1);
    await writeFile(path, FILE.replace("username: ada", "username: ada2"));
    clock.advanceSeconds(2);
    expect(await directory.byUsername(DEFAULT_TENANT, "ada")).toBeUndefined();
  });

  it.each([
    ["no list", "people: []", /list `users`/],
    ["an unknown key", "users: [{ id: a, username: a, pasword: x }]", /unknown key/],
    ["no id", "users: [{ username: a }]", /id: found nothing/],
    ["one name twice", "users: [{ id: a, username: x }, { id: b, username: x }]", /a unique username/],
    ["one id twice", "users: [{ id: a, username: x }, { id: a, username: y }]", /a unique id/],
    ["an unknown status", "users: [{ id: a, username: a, status: root }]", /active, locked, disabled/],
    ["a scope with a space", 'users: [{ id: a, username: a, scopes: ["a b"] }]', /scope tokens/],
    ["a plain password", "users: [{ id: a, username: a, passwordHash: hunter2 }]", /argon2id/],
    [
      "an id that looks like an outside subject",
      'users: [{ id: "https://idp|a", username: a }]',
      /an id of another form/,
    ],
  ])("is refused with %s, without quoting secrets", async (_, text, message) => {
    const opening = createFileUserDirectory({ path: await aFile(text), clock: new ManualClock() });
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.not.toThrow(/hunter2/);
  });

  it("that is absent is a problem of configuration", async () => {
    const opening = createFileUserDirectory({ path: "/nowhere/users.yaml", clock: new ManualClock() });
    await expect(opening).rejects.toMatchObject({ name: "ConfigError" });
  });
});

describe("a status that grants scopes", () => {
  const statusScopes = { verified: ["orders:write"], admin: ["cardea:sessions:admin", "orders:write"] };
  const open = async (text: string, clock = new ManualClock()) =>
    createFileUserDirectory({ path: await aFile(text), clock, statusScopes });
  const scopesOf = async (status: string) => {
    const directory = await open(`users: [{ id: a, username: a, scopes: [orders:read], status: ${status} }]`);
    const user = await directory.byUsername(DEFAULT_TENANT, "a");
    return { status: user?.status, scopes: user?.scopes };
  };

  it("adds them to those of the user, once each", async () => {
    expect(await scopesOf("active")).toEqual({ status: "active", scopes: ["orders:read"] });
    expect(await scopesOf("verified")).toEqual({ status: "active", scopes: ["orders:read", "orders:write"] });
    expect(await scopesOf("[verified, admin]")).toEqual({
      status: "active",
      scopes: ["orders:read", "orders:write", "cardea:sessions:admin"],
    });
  });

  it("leaves a locked account locked", async () => {
    expect(await scopesOf("[admin, locked]")).toMatchObject({ status: "locked" });
    expect(await scopesOf("[locked, disabled, admin]")).toMatchObject({ status: "disabled" });
  });

  it("is the only way to them: nobody can store one by hand", async () => {
    await expect(open("users: [{ id: a, username: a, scopes: [cardea:sessions:admin] }]")).rejects.toThrow(
      /:1: users\[0\]\.scopes: found a scope that a status grants/,
    );
  });

  it.each(["root", "constructor", "__proto__", "[active, root]", "1", "[[admin]]", "{ admin: true }"])(
    "must be configured: %s is not",
    async (status) => {
      await expect(open(`users: [{ id: a, username: a, status: ${status} }]`)).rejects.toThrow(
        /unknown status/,
      );
    },
  );

  it("survives locking and unlocking", async () => {
    const path = await aFile("users: [{ id: a, username: a, status: admin }]");
    const clock = new ManualClock();
    const directory = await createFileUserDirectory({ path, clock, statusScopes });
    await updateUser(path, { username: "a" }, { status: "locked" });
    clock.advanceSeconds(1);
    expect(await directory.byUsername(DEFAULT_TENANT, "a")).toMatchObject({ status: "locked" });
    await updateUser(path, { username: "a" }, { status: "active" });
    clock.advanceSeconds(1);
    const unlocked = await directory.byUsername(DEFAULT_TENANT, "a");
    expect(unlocked).toMatchObject({ status: "active" });
    expect(unlocked?.scopes).toContain("cardea:sessions:admin");
  });

  it("is kept by a tool that does not know it", async () => {
    const path = await aFile("users: [{ id: a, username: a, status: admin }]");
    await updateUser(path, { username: "a" }, { passwordHash: HASH });
    const directory = await createFileUserDirectory({ path, clock: new ManualClock(), statusScopes });
    expect((await directory.byUsername(DEFAULT_TENANT, "a"))?.scopes).toContain("cardea:sessions:admin");
  });
});

describe("what is wrong with a file", () => {
  const refusal = async (text: string): Promise<string> => {
    const path = await aFile(text);
    const opening = createFileUserDirectory({
      path,
      clock: new ManualClock(),
      statusScopes: { boss: ["top"] },
    });
    const error = await opening.then(
      () => new Error("accepted"),
      (thrown: Error) => thrown,
    );
    return error.message.replaceAll(path, "FILE");
  };

  it.each([
    ["status", "users:\n  - id: a\n    username: a\n    status: s3cret\n", "FILE:4: users[0].status"],
    ["scopes", "users:\n  - id: a\n    username: a\n    scopes: s3cret\n", "FILE:4: users[0].scopes"],
    [
      "a granted scope",
      "users:\n  - id: a\n    username: a\n    scopes:\n      - top\n",
      "FILE:4: users[0].scopes",
    ],
    [
      "a hash",
      "# s3cret\nusers:\n  - { id: a, username: a, passwordHash: s3cret }\n",
      "FILE:3: users[0].passwordHash",
    ],
    [
      "attributes",
      "users:\n  - id: a\n    username: a\n    attributes: s3cret\n",
      "FILE:4: users[0].attributes",
    ],
    ["a name", "users:\n  - id: a\n    username: [s3cret]\n", "FILE:3: users[0].username"],
    ["nothing for an id", "users:\n\n  - username: s3cret\n", "FILE:3: users[0].id"],
    [
      "a name twice",
      "users:\n  - id: a\n    username: s3cret\n  - id: b\n    username: s3cret\n",
      "FILE:5: users[1].username: found the same value as in line 3",
    ],
    [
      "an unknown key",
      "users:\n  - id: a\n    username: a\n    pasword: s3cret\n",
      "FILE:4: users[0].pasword",
    ],
    [
      "a value for a key",
      "users:\n  - id: a\n    username: a\n    $argon2id$s3cret: a\n",
      "FILE:2: users[0]: found a key that is not a plain name",
    ],
    ["an entry", "users:\n  - s3cret\n", "FILE:2: users[0]: found an entry that is not a mapping"],
    ["syntax", "users:\n  - id: a\n    username: 's3cret\n", "FILE:4: found text that does not parse"],
    [
      "JSON",
      '{ "users": [\n { "id": "a",\n "username": "a", "status": "s3cret" } ] }',
      "FILE:3: users[0].status",
    ],
    ["emptiness", " \n", "FILE: found an empty file"],
  ])("is told by line and key, never by value: %s", async (_, text, where) => {
    const message = await refusal(text);
    expect(message).toContain(where);
    expect(message).not.toContain("s3cret");
  });
});

describe("editing the file", () => {
  it("writes a key a line, and leaves JSON to be JSON", async () => {
    const path = await aFile("users: []\n");
    await addUser(path, { id: userId("u1"), username: "cyd", passwordHash: HASH });
    await addUser(path, { id: userId("u2"), username: "dan", scopes: ["a", "b"] });
    expect(await readFile(path, "utf8")).toBe(
      `users:\n  - id: u1\n    username: cyd\n    status: active\n    scopes: []\n    passwordHash: ${HASH}\n` +
        "  - id: u2\n    username: dan\n    status: active\n    scopes:\n      - a\n      - b\n",
    );
    const flow = await aFile();
    await addUser(flow, { username: "eve" });
    expect(await readFile(flow, "utf8")).toContain("\n  - id: u-bob\n    username: bob\n");
    const json = await aFile('{ "users": [] }');
    await addUser(json, { username: "eve" });
    expect(JSON.parse(await readFile(json, "utf8")).users).toHaveLength(1);
  });

  it("removes a user, and changes what they may ask for", async () => {
    const path = await aFile();
    expect(await removeUser(path, { username: "eve" })).toBe(false);
    expect(await updateUser(path, { username: "ada" }, { scopes: ["x"] })).toBe(true);
    expect(await removeUser(path, { username: "bob", tenant: tenantId("acme") })).toBe(true);
    const [left, ...more] = await listUsers(path);
    expect([left?.user.username, left?.user.scopes, more]).toEqual(["ada", ["x"], []]);
    expect(await readFile(path, "utf8")).toContain("# people");
  });

  it("adds a user with an id of its own and leaves comments alone", async () => {
    const path = await aFile();
    const id = await addUser(path, { username: "cyd", passwordHash: HASH, scopes: ["orders:read"] });
    const text = await readFile(path, "utf8");
    expect(text).toContain("# people");
    expect(text).toContain("# rights");
    const directory = await createFileUserDirectory({ path, clock: new ManualClock() });
    expect(await directory.byId(DEFAULT_TENANT, id)).toMatchObject({ username: "cyd", passwordHash: HASH });
    expect(id).not.toContain("cyd");
  });

  it("creates the file for its owner alone", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "cardea-users-")), "users.yaml");
    await addUser(path, { username: "ada" });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("refuses a taken name and changes nothing", async () => {
    const path = await aFile();
    await expect(addUser(path, { username: "ada" })).rejects.toThrow(/a unique username/);
    expect(await readFile(path, "utf8")).toBe(FILE);
  });

  it("returns false when there is no such user", async () => {
    expect(await updateUser(await aFile(), { username: "eve" }, { status: "locked" })).toBe(false);
  });

  it("loses no update when many write at once, and leaves nothing behind", async () => {
    const path = await aFile("users: []\n");
    await Promise.all(Array.from({ length: 12 }, (_, index) => addUser(path, { username: `user-${index}` })));
    const directory = await createFileUserDirectory({ path, clock: new ManualClock() });
    for (let index = 0; index < 12; index += 1) {
      expect(await directory.byUsername(DEFAULT_TENANT, `user-${index}`)).toBeDefined();
    }
    expect(await readdir(join(path, ".."))).toEqual(["users.yaml"]);
  });

  it("saves a new hash through the directory", async () => {
    const path = await aFile();
    const clock = new ManualClock();
    const directory = await createFileUserDirectory({ path, clock });
    await directory.saveRehash?.(DEFAULT_TENANT, userId("u-ada"), HASH.replace("m=1024", "m=2048"));
    clock.advanceSeconds(1);
    expect((await directory.byUsername(DEFAULT_TENANT, "ada"))?.passwordHash).toContain("m=2048");
  });
});
