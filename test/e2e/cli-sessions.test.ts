import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSession, type Session } from "../../src/client/index.js";
import { runInProcess } from "../support/command-in-process.js";
import { runCommand, startCommand, withFolder } from "../support/command-line.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { A_PEPPER } from "../support/secrets.js";

const example = (name: string) =>
  fileURLToPath(new URL(`../../schema/examples/${name}.graphql`, import.meta.url));
const PASSWORD = "a long enough password";

let folder: Awaited<ReturnType<typeof withFolder>>;
let redis: RedisServer;
let gateway: ChildProcess;
let url: string;

const cardea = (...args: string[]) => runInProcess([...args, "--json"], { cwd: folder.path });
/** The compiled program, in a process of its own. */
const program = (...args: string[]) => runCommand([...args, "--json"], { cwd: folder.path });

beforeAll(async () => {
  [folder, redis] = await Promise.all([withFolder(), startRedis()]);
  await writeFile(
    join(folder.path, "cardea.config.yaml"),
    [
      "supergraph: supergraph.graphql",
      `store: { kind: redis, url: "${redis.url}" }`,
      `tokens: { keys: [tokens.json], refreshPeppers: [{ id: 1, secret: "${A_PEPPER}" }] }`,
      "identity: { keys: [identity.json] }",
      "users: { path: users.yaml }",
      "server: { port: 0 }",
      "ops: { port: 0 }",
    ].join("\n"),
  );
  await cardea("keys", "new", "--out", "tokens.json");
  await cardea("keys", "new", "--out", "identity.json");
  for (const name of ["dora", "ede"])
    await runCommand(["users", "add", name, "--password-stdin"], { cwd: folder.path, input: PASSWORD });
  await cardea(
    ...["compose", "--subgraph", `members=http://127.0.0.1:1/=${example("members")}`],
    ...["--subgraph", `loans=http://127.0.0.1:1/=${example("loans")}`, "--out", "supergraph.graphql"],
  );
  gateway = startCommand(["serve", "--json"], { cwd: folder.path });
  url = await new Promise<string>((resolve, reject) => {
    let output = "";
    gateway.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    gateway.stdout?.setEncoding("utf8").once("data", (text: string) => {
      const started = JSON.parse(text) as { readonly url?: string };
      if (started.url === undefined) reject(new Error(text));
      else resolve(started.url);
    });
    gateway.once("close", (code) => reject(new Error(`the gateway ended with ${code}: ${output}`)));
  });
});

afterAll(async () => {
  if (gateway.exitCode === null) {
    const ended = new Promise((resolve) => gateway.once("close", resolve));
    gateway.kill("SIGTERM");
    await ended;
  }
  await redis.close();
  await folder.remove();
});

async function signIn(
  username: string,
): Promise<{ readonly session: Session; readonly token: string; readonly id: string }> {
  const session = createSession({ url });
  await session.login({ username, password: PASSWORD, device: `${username}'s laptop` });
  const id = (await session.sessions()).find(({ current }) => current)?.id ?? "";
  return { session, id, token: (await session.accessToken()) ?? "" };
}

const statusOf = async (token: string): Promise<number> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: "{ session { id } }" }),
  });
  await response.arrayBuffer();
  return response.status;
};

/** How soon the running gateway acts on what another process wrote into the store. */
const soon = { timeout: 2_000, interval: 20 };
/** The users file is looked at once a second; and every attempt counts against the limit of logins. */
const withinSeconds = { timeout: 5_000, interval: 1_000 };

describe("cardea sessions", { timeout: 60_000 }, () => {
  it("lists and shows the sessions of a user, without a hash of any secret", async () => {
    const { id, session } = await signIn("dora");
    const list = await program("sessions", "list", "dora");
    expect(list.exitCode).toBe(0);
    expect(list.json()["sessions"]).toContainEqual(
      expect.objectContaining({ id, clientId: "default", device: "dora's laptop", generation: 0 }),
    );
    const shown = await cardea("sessions", "show", id);
    expect(shown.json()["session"]).toMatchObject({
      id,
      live: true,
      events: [{ reason: "created", count: 1 }],
    });
    expect(list.stdout + shown.stdout).not.toMatch(/current|next|hash/i);
    const byId = await cardea("sessions", "list", "--user-id", String(list.json()["userId"]));
    expect(byId.json()["sessions"]).toEqual(list.json()["sessions"]);
    await session.logout();
  });

  it("ends one session, and its live access token on the running gateway", async () => {
    const [lost, kept] = [await signIn("dora"), await signIn("dora")];
    expect(await statusOf(lost.token)).toBe(200);
    const revoked = await cardea("sessions", "revoke", lost.id);
    expect(revoked.json()).toMatchObject({ ok: true, id: lost.id, revoked: 1, confirmed: true });
    await expect.poll(() => statusOf(lost.token), soon).toBe(401);
    expect(await statusOf(kept.token)).toBe(200);
    expect((await cardea("sessions", "show", lost.id)).json()["session"]).toMatchObject({
      live: false,
      events: [{ reason: "created" }, { reason: "revoked" }],
    });
    expect((await cardea("sessions", "revoke", lost.id)).json()).toMatchObject({ revoked: 0 });
    await kept.session.logout();
  });

  it("distinguishes an invalid id from an unknown one", async () => {
    expect((await cardea("sessions", "revoke", "not an id")).exitCode).toBe(2);
    const unknown = await cardea("sessions", "show", Buffer.alloc(17, 7).toString("base64url"));
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stdout).toContain("UNKNOWN_SESSION");
  });
});

describe("cardea users", { timeout: 60_000 }, () => {
  it("signs a user out everywhere, and lets them sign in again", async () => {
    const [one, two] = [await signIn("ede"), await signIn("ede")];
    const out = await program("users", "sign-out", "ede");
    expect(out.json()).toMatchObject({ ok: true, username: "ede", revoked: 2 });
    await expect
      .poll(() => Promise.all([statusOf(one.token), statusOf(two.token)]), soon)
      .toEqual([401, 401]);
    await expect(one.session.refresh(one.token)).rejects.toMatchObject({ name: "SignedOutError" });
    const again = await signIn("ede");
    expect(await statusOf(again.token)).toBe(200);
    await again.session.logout();
  });

  it("locks a user out at once, and back in", async () => {
    const before = await signIn("ede");
    const locked = await cardea("users", "lock", "ede", "--config", "cardea.config.yaml");
    expect(locked.json()).toMatchObject({ ok: true, status: "locked", everywhere: true });
    await expect.poll(() => statusOf(before.token), soon).toBe(401);
    await expect
      .poll(() => signIn("ede").catch((error: unknown) => String(error)), withinSeconds)
      .toContain("RefusedError");
    await cardea("users", "unlock", "ede", "--config", "cardea.config.yaml");
    await expect
      .poll(
        () =>
          signIn("ede")
            .then(({ token }) => statusOf(token))
            .catch(() => 0),
        withinSeconds,
      )
      .toBe(200);
  });

  it("ends all that is older than a moment: of a tenant, or of everyone", async () => {
    const before = await signIn("dora");
    const past = await cardea("sessions", "revoke-before", "2020-01-01T00:00:00Z");
    expect(past.json()).toMatchObject({ ok: true, tenant: null, notBefore: 1_577_836_800 });
    const elsewhere = await cardea("sessions", "revoke-before", "now", "--tenant", "elsewhere");
    expect(elsewhere.json()).toMatchObject({ ok: true, tenant: "elsewhere" });
    await before.session.refresh(before.token);
    expect(await statusOf(before.token)).toBe(200);

    await cardea("sessions", "revoke-before", "now", "--tenant", "default");
    await expect.poll(() => statusOf(before.token), soon).toBe(401);
    expect((await cardea("sessions", "list", "dora")).json()["sessions"]).toEqual([]);
    // Proofs count in whole seconds: the one that follows is surely later.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const after = await signIn("dora");
    expect(await statusOf(after.token)).toBe(200);

    await cardea("sessions", "revoke-before", "now");
    await expect.poll(() => statusOf(after.token), soon).toBe(401);
    await expect(after.session.refresh(after.token)).rejects.toMatchObject({ name: "SignedOutError" });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  });

  it.each(["tomorrow", "2999-01-01T00:00:00Z", "2026-05-01", "0", ""])(
    "refuses %j as a moment, which might lock everyone out",
    async (moment) => {
      expect((await cardea("sessions", "revoke-before", moment)).exitCode).toBe(2);
    },
  );

  it("refuses a memory store, and reports what to do instead", async () => {
    await writeFile(
      join(folder.path, "memory.yaml"),
      "supergraph: supergraph.graphql\nusers: { path: users.yaml }\n",
    );
    const result = await cardea("users", "sign-out", "dora", "--config", "memory.yaml");
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("revokeAllSessions");
  });

  it("refuses with a plain message when the store does not answer", async () => {
    await writeFile(
      join(folder.path, "down.yaml"),
      "supergraph: supergraph.graphql\nusers: { path: users.yaml }\nstore: { kind: redis, url: 'redis://127.0.0.1:1' }\n",
    );
    const result = await cardea("sessions", "list", "dora", "--config", "down.yaml");
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("STORE_UNAVAILABLE");
  });
});
