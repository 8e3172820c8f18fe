import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthFetch, createSession, RefusedError, type Session } from "../../src/client/index.js";
import { startCommand } from "../support/command-line.js";
import { AccountDocument, ProductsDocument } from "../support/generated/graphql.js";

const ALICE = { username: "alice", password: "wonderland" };

let demo: ChildProcess;
let url: string;

beforeAll(async () => {
  demo = startCommand(["demo", "--port", "0", "--json"]);
  url = await new Promise<string>((resolve, reject) => {
    demo.stdout
      ?.setEncoding("utf8")
      .once("data", (text: string) => resolve((JSON.parse(text) as { url: string }).url));
    demo.once("close", (code) => reject(new Error(`the demo ended with ${code}`)));
  });
});
afterAll(async () => {
  if (demo.exitCode !== null) return;
  const ended = new Promise((resolve) => demo.once("close", resolve));
  demo.kill("SIGTERM");
  await ended;
});

const aSession = (onSignedOut?: (reason: string | undefined) => void): Session =>
  createSession({ url, ...(onSignedOut === undefined ? {} : { onSignedOut }) });

describe("cardea/client and the real gateway", { timeout: 60_000 }, () => {
  it("signs in, and answers typed documents with typed data", async () => {
    const session = aSession();
    await session.login(ALICE);
    const account = await session.request({ query: AccountDocument });
    expect(account.data?.me?.wallet?.balance).toBe(12_050);
    const products = await session.request({ query: ProductsDocument, variables: { first: 1 } });
    expect(products.data?.topProducts?.map((product) => product?.name)).toEqual([
      "Hinges of the Ancient World",
    ]);
  });

  it("reports a refused login by its code", async () => {
    const refused = await aSession()
      .login({ ...ALICE, password: "not hers" })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({ code: "INVALID_CREDENTIALS" });
  });

  it("refreshes and goes on; the step-up keeps the session", async () => {
    const session = aSession();
    await session.login(ALICE);
    const first = (await session.accessToken()) ?? "";
    const second = await session.refresh(first);
    expect(second).not.toBe(first);
    await session.reauthenticate(ALICE.password);
    expect((await session.request({ query: AccountDocument })).data?.me?.name).toBe("Alice Archer");
    expect((await session.sessions()).filter(({ current }) => current)).toHaveLength(1);
  });

  it("signs out once when another device ends the session, on the next call", async () => {
    const reasons: (string | undefined)[] = [];
    const [phone, laptop] = [aSession((reason) => reasons.push(reason)), aSession()];
    await phone.login(ALICE);
    await laptop.login(ALICE);
    const own = (await phone.sessions()).find(({ current }) => current)?.id ?? "";
    expect(await laptop.revokeSession(own)).toBe(1);
    const failures = await Promise.all(
      [1, 2, 3].map(() => phone.request({ query: AccountDocument }).catch((error: unknown) => String(error))),
    );
    expect(failures).toEqual(Array.from({ length: 3 }, () => "SignedOutError: Signed out: SESSION_REVOKED."));
    expect(reasons).toEqual(["SESSION_REVOKED"]);
    expect(phone.signedIn()).toBe(false);
    expect(laptop.signedIn()).toBe(true);
  });

  it("ends the session at the gateway on logout", async () => {
    const session = aSession();
    await session.login(ALICE);
    const token = (await session.accessToken()) ?? "";
    await session.logout();
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: "{ me { name } }" }),
    });
    expect(response.status).toBe(401);
  });

  it("carries the session through any library that accepts a fetch function", async () => {
    const session = aSession();
    await session.login(ALICE);
    const response = await createAuthFetch(session)(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ me { name } }" }),
    });
    expect(await response.json()).toEqual({ data: { me: { name: "Alice Archer" } } });
  });
});
