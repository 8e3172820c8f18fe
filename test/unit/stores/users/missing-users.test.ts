import { mkdtemp, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { userReference } from "../../../../src/credentials/user-directory.js";
import { DEFAULT_TENANT, userId } from "../../../../src/domain/brand.js";
import { createFileUserDirectory } from "../../../../src/stores/users/file-directory.js";
import { ManualClock } from "../../../support/token-builders.js";

const HASH = "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo";
const entry = (name: string, more = ""): string =>
  `  - id: u-${name}\n    username: ${name}\n    passwordHash: ${HASH}\n    scopes: [read, write]\n${more}`;
const fileOf = (...entries: readonly string[]): string => `users:\n${entries.join("")}`;
const NAMES = ["ada", "bob", "cyd", "dan"];
const WHOLE = fileOf(...NAMES.map((name) => entry(name)));

async function aDirectory(text = WHOLE) {
  const path = join(await mkdtemp(join(tmpdir(), "cardea-users-")), "users.yaml");
  await writeFile(path, text);
  const clock = new ManualClock();
  const told: string[] = [];
  const directory = await createFileUserDirectory({
    path,
    clock,
    removalDelayMs: 10_000,
    onProblem: (reason) => told.push(`fault: ${reason.replace(path, "FILE")}`),
    onMissing: (type, reason) => told.push(`${type}: ${reason.replace(path, "FILE")}`),
  });
  const write = async (next: string) => {
    await writeFile(path, next);
    clock.advanceSeconds(1);
  };
  const seen = async (name: string): Promise<string> => {
    const looks = [
      directory.byUsername(DEFAULT_TENANT, name),
      directory.byId(DEFAULT_TENANT, userId(`u-${name}`)),
      directory.byReference?.(userReference(DEFAULT_TENANT, userId(`u-${name}`))),
    ];
    const answers = await Promise.all(
      looks.map((look) =>
        look?.then(
          (user) => (user === undefined ? "gone" : `${user.status} ${user.scopes.join(" ")}`),
          (error: { code: string }) => error.code,
        ),
      ),
    );
    expect(new Set(answers).size).toBe(1);
    return answers[0] ?? "";
  };
  const wasRemoved = (name: string): boolean =>
    directory.wasRemoved?.(userReference(DEFAULT_TENANT, userId(`u-${name}`))) ?? false;
  return { path, clock, told, write, seen, wasRemoved };
}

describe("users missing from a changed file", () => {
  it.each([
    [
      "the first lines",
      WHOLE.slice(0, WHOLE.indexOf("    username: cyd")).replace(/ {2}- id: u-cyd\n$/, ""),
      ["ada", "bob"],
      ["cyd", "dan"],
    ],
    ["one entry less", fileOf(entry("ada"), entry("bob"), entry("cyd")), ["ada", "bob", "cyd"], ["dan"]],
    ["nobody", "users: []\n", [], NAMES],
  ])("are neither here nor gone, with %s", async (_, text, here, missing) => {
    const { write, seen } = await aDirectory();
    await write(text);
    for (const name of here) expect(await seen(name)).toBe("active read write");
    for (const name of missing) expect(await seen(name)).toBe("SERVICE_UNAVAILABLE");
    expect(await seen("nobody")).toBe("gone");
    await write(WHOLE);
    for (const name of NAMES) expect(await seen(name)).toBe("active read write");
  });

  it("are here again at once when the file is whole, without a second's wait", async () => {
    const { path, write, seen } = await aDirectory();
    await write(fileOf(entry("ada")));
    expect(await seen("dan")).toBe("SERVICE_UNAVAILABLE");
    await writeFile(path, WHOLE);
    expect(await seen("dan")).toBe("active read write");
  });

  it("are removed when the file has not changed for the delay, and their number is reported", async () => {
    const { clock, told, write, seen } = await aDirectory();
    await write(fileOf(entry("ada"), entry("bob")));
    expect(await seen("dan")).toBe("SERVICE_UNAVAILABLE");
    clock.advanceSeconds(9);
    expect(await seen("dan")).toBe("SERVICE_UNAVAILABLE");
    clock.advanceSeconds(1);
    expect(await seen("dan")).toBe("gone");
    expect(await seen("ada")).toBe("active read write");
    expect(told).toEqual([
      "users.missing: FILE: 2 of 4 users are missing. They get 503, and count as removed when the file has not changed for 10 s",
      "users.removed: FILE: 2 users were removed, 2 are left",
    ]);
  });

  it("wait anew with every change of the file", async () => {
    const { clock, write, seen } = await aDirectory();
    await write(fileOf(entry("ada")));
    expect(await seen("dan")).toBe("SERVICE_UNAVAILABLE");
    clock.advanceSeconds(8);
    await write(fileOf(entry("ada"), entry("bob")));
    expect(await seen("dan")).toBe("SERVICE_UNAVAILABLE");
    clock.advanceSeconds(8);
    expect(await seen("dan")).toBe("SERVICE_UNAVAILABLE");
    clock.advanceSeconds(2);
    expect(await seen("dan")).toBe("gone");
  });

  it("let the file take rights from the others meanwhile, and give none", async () => {
    const locked = entry("ada", "    status: locked\n");
    const { clock, write, seen } = await aDirectory(fileOf(locked, entry("bob"), entry("cyd"), entry("dan")));
    const wider = entry("bob").replace("[read, write]", "[read, admin]");
    await write(fileOf(entry("ada"), wider, entry("cyd", "    status: disabled\n"), entry("eve")));
    expect(await seen("ada")).toBe("locked read write");
    expect(await seen("bob")).toBe("active read");
    expect(await seen("cyd")).toBe("disabled read write");
    expect(await seen("eve")).toBe("SERVICE_UNAVAILABLE");
    clock.advanceSeconds(10);
    expect(await seen("ada")).toBe("active read write");
    expect(await seen("bob")).toBe("active read admin");
    expect(await seen("eve")).toBe("active read write");
  });

  it("are never removed by a file without a word, however long it stays", async () => {
    const { path, clock, told, seen } = await aDirectory();
    await truncate(path, 0);
    for (let hour = 0; hour < 3; hour += 1) {
      clock.advanceSeconds(3600);
      expect(await seen("ada")).toBe("SERVICE_UNAVAILABLE");
    }
    expect(told).toEqual(["fault: FILE is empty. Nobody can sign in or refresh until it is restored"]);
    await writeFile(path, WHOLE);
    expect(await seen("ada")).toBe("active read write");
  });
});

describe("a changed file of 10 000 users", () => {
  const many = (status: string): string =>
    fileOf(...Array.from({ length: 10_000 }, (_, index) => entry(`n${index}`, `    status: ${status}\n`)));

  it("is read beside running requests: none waits longer than 50 ms", async () => {
    const { write, seen } = await aDirectory(many("active"));
    /** The longest turn of the event loop, in CPU time of this process, because other processes run too. */
    const longestOf = async (work: () => Promise<unknown>): Promise<number> => {
      let longest = 0;
      let last = process.cpuUsage();
      const look = (): void => {
        const { user, system } = process.cpuUsage(last);
        longest = Math.max(longest, (user + system) / 1000);
        last = process.cpuUsage();
      };
      const looking = setInterval(look, 5);
      await work();
      look();
      clearInterval(looking);
      return longest;
    };
    // The best of several: garbage collection may interfere once, but blocking code blocks every time.
    let blocked = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 4 && blocked >= 50; round += 1) {
      const status = round % 2 === 0 ? "locked" : "active";
      await write(many(status));
      const longest = await longestOf(async () => expect(await seen("n9999")).toBe(`${status} read write`));
      blocked = Math.min(blocked, longest);
    }
    expect(blocked).toBeLessThan(50);
  }, 120_000);

  it("is refused for one bad entry, by its line", async () => {
    const { told, write, seen } = await aDirectory(many("active"));
    await write(many("active").replace("username: n9998\n", "username: 7\n"));
    expect(await seen("n9999")).toBe("active read write");
    expect(told).toEqual([
      expect.stringMatching(/^fault: FILE:49993: users\[9998\]\.username: found a value/),
    ]);
  }, 120_000);
});

describe("who was removed", () => {
  it("is known of those this process saw go, until they are back, and of nobody else", async () => {
    const { clock, write, seen, wasRemoved } = await aDirectory(fileOf(entry("ada"), entry("bob")));
    await write(fileOf(entry("ada")));
    expect(await seen("bob")).toBe("SERVICE_UNAVAILABLE");
    expect(wasRemoved("bob")).toBe(false);
    clock.advanceSeconds(10);
    expect(await seen("bob")).toBe("gone");
    expect(["ada", "bob", "cyd"].filter(wasRemoved)).toEqual(["bob"]);
    await write(fileOf(entry("ada"), entry("bob"), entry("cyd")));
    expect(await seen("bob")).toBe("active read write");
    expect(["ada", "bob", "cyd"].filter(wasRemoved)).toEqual([]);
  });
});
