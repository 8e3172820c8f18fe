import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PageState } from "../../src/http/page/contract.js";
import { at, createAsk, textAt } from "../../src/tour/ask.js";
import { TOUR } from "../../src/tour/index.js";
import { endCommands, startCommand } from "../support/command-line.js";

let child: ChildProcess;
let origin: string;

beforeAll(async () => {
  child = startCommand(["demo", "--json", "--port", "0"]);
  const line = await new Promise<string>((resolve, reject) => {
    let seen = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      if (seen.includes("\n")) resolve(seen);
    });
    child.once("close", (code) => reject(new Error(`the demo ended with ${code}`)));
  });
  origin = new URL((JSON.parse(line) as { readonly page: string }).page).origin;
}, 60_000);
afterAll(endCommands);

const press = async (
  button: string,
  { token, body = {} }: { readonly token?: string; readonly body?: unknown } = {},
): Promise<{ readonly status: number; readonly body: unknown }> => {
  const response = await fetch(`${origin}/_cardea/demo/${button}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
};

const stateOf = async (): Promise<PageState> =>
  (await (await fetch(`${origin}/_cardea/state.json`)).json()) as PageState; // our own endpoint

const login = async (): Promise<string> => {
  const answer = await createAsk(`${origin}/graphql`)(
    "mutation($i: LoginInput!) { login(input: $i) { ... on AuthPayload { accessToken } } }",
    { variables: { i: { username: "alice", password: "wonderland" } } },
  );
  return textAt(answer.data, "login.accessToken");
};

describe("the page of the demo", { timeout: 60_000 }, () => {
  it("knows the users, the buttons and the twelve steps of the tour", async () => {
    const { demo, mode, panels, problems } = await stateOf();
    expect({ mode, problems, last: panels.at(-1) }).toEqual({ mode: "demo", problems: [], last: "tour" });
    expect(demo?.users.map(({ username, password }) => [username, password])).toEqual([
      ["alice", "wonderland"],
      ["bob", "can-we-fix-it"],
    ]);
    expect(demo?.buttons.map(({ button }) => button)).toEqual([
      "age-login",
      "replay-stolen",
      "forget-directive",
      "restore-directive",
      "bypass",
    ]);
    expect(demo?.tour).toHaveLength(12);
    expect(demo?.tour.map(({ id }) => id)).toEqual(TOUR.map(({ id }) => id));
    expect(demo?.tour.every(({ about, panel }) => about.length > 20 && panels.includes(panel))).toBe(true);
  });

  it("is shown to a browser, and its buttons to its own page alone", async () => {
    const shown = await fetch(`${origin}/`, { headers: { accept: "text/html" } });
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining("<!doctype html>")]);
    for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      const response = await fetch(`${origin}/_cardea/demo/forget-directive`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers } as Record<string, string>,
        body: "{}",
      });
      expect(response.status).toBe(403);
    }
    const simple = await fetch(`${origin}/_cardea/demo/forget-directive`, { method: "POST", body: "{}" });
    expect(simple.status).toBe(415);
    expect((await stateOf()).problems).toEqual([]);
  });

  it.each(["age-login", "replay-stolen", "bypass"])(
    "has a button that needs a valid token: %s",
    async (button) => {
      expect((await press(button)).status).toBe(401);
      expect((await press(button, { token: "not.a.token" })).status).toBe(401);
    },
  );

  it("sends a token only to a subgraph of its own", async () => {
    const token = await login();
    for (const subgraph of [undefined, "auth", "http://127.0.0.1:1/", "__proto__"])
      expect((await press("bypass", { token, body: { subgraph } })).status).toBe(409);
    const { body } = await press("bypass", { token, body: { subgraph: "reviews" } });
    expect(at(body, "answered.status")).toBe(401);
  });

  it("has no thief before there is something to steal", async () => {
    const { status, body } = await press("replay-stolen", { token: await login() });
    expect([status, textAt(body, "message")]).toEqual([409, expect.stringContaining("Refresh it first")]);
  });

  it("shows which requests the subgraphs received, and no token among them", async () => {
    const token = await login();
    const read = async (after: string) => {
      const response = await fetch(`${origin}/_cardea/demo/received.json?after=${after}`);
      return { status: response.status, text: await response.text() };
    };
    const last = Number(at(JSON.parse((await read("0")).text), "last"));
    await createAsk(`${origin}/graphql`)("{ me { name } }", { token });
    const { text } = await read(String(last));
    expect(at(JSON.parse(text), "requests")).toMatchObject([
      {
        number: last + 1,
        subgraph: "accounts",
        identity: { kind: "user", subject: "u1", audience: "accounts" },
      },
    ]);
    expect(text).not.toContain(token);
    expect(text).not.toContain("eyJ");
    for (const after of ["-1", "1e3", "x", "9".repeat(16)]) expect((await read(after)).status).toBe(400);
  });
});
