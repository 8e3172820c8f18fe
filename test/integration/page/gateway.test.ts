import { mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AccessMap } from "../../../src/access-map/model.js";
import { authSubgraphSdl } from "../../../src/auth-subgraph/sdl.js";
import type { PageSetup } from "../../../src/compose/page/page-setup.js";
import { composeGateway, type RunningGateway } from "../../../src/compose.js";
import { composeSubgraphs, composeWithAuthSubgraph } from "../../../src/composition/index.js";
import { checkConfig } from "../../../src/config/load.js";
import { hashPassword } from "../../../src/credentials/password-hash.js";
import { AUTH_DEFINITION, AUTH_LINK } from "../../../src/domain/auth-directive.js";
import { userId } from "../../../src/domain/brand.js";
import { systemClock } from "../../../src/domain/time.js";
import { createFeed, MAX_READERS } from "../../../src/http/page/feed.js";
import { addUser } from "../../../src/stores/users/edit-user-file.js";
import { at, textAt } from "../../../src/tour/ask.js";
import { eventually } from "../../support/eventually.js";
import { type SubgraphServer, startSubgraphServer } from "../../support/subgraph-server.js";

const SDL = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  ${AUTH_LINK}
  @composeDirective(name: "@auth")
${AUTH_DEFINITION}
type Query { open(text: String): String secret: String @auth(scopes: ["s"]) }
`;

/** None of these may ever be told to the page. */
const CANARIES = {
  password: "canary-password-1",
  wrongPassword: "canary-wrong-password-2",
  variable: "canary-variable-3",
  literal: "canary-literal-4",
  alias: "canary_alias_5",
  subgraphError: "canary-subgraph-words-6",
};

let gateway: RunningGateway;
let subgraph: SubgraphServer;
let origin: string;
let problems: readonly string[] = [];
const feed = createFeed(systemClock);
const setup: PageSetup = {
  mode: "dev",
  feed,
  version: "9.9.9",
  subgraphs: [{ name: "a", url: "http://user:canary-url-7@a.example/graphql?key=canary-key-8" }],
  problems: () => problems,
  sources: () => [
    { name: "a", sdl: SDL },
    { name: "auth", sdl: authSubgraphSdl() },
  ],
};

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-page-gateway-"));
  subgraph = await startSubgraphServer(() => ({
    data: { open: "served" },
    errors: [{ message: CANARIES.subgraphError }],
  }));
  const { graft } = composeWithAuthSubgraph([{ name: "a", url: subgraph.url, sdl: SDL }], authSubgraphSdl());
  if (graft.kind !== "grafted") throw new Error("the auth subgraph was not added");
  writeFileSync(join(folder, "supergraph.graphql"), graft.supergraphSdl);
  const users = join(folder, "users.yaml");
  await addUser(users, {
    id: userId("u1"),
    username: "ada",
    passwordHash: await hashPassword(CANARIES.password),
    scopes: [],
  });
  gateway = await composeGateway(
    checkConfig(
      {
        supergraph: join(folder, "supergraph.graphql"),
        server: { port: 0 },
        ops: { port: 0 },
        users: { path: users },
        log: { level: "silent" },
      },
      { folder, environment: {} },
    ),
    { page: setup },
  );
  origin = new URL(gateway.url).origin;
});
afterAll(async () => {
  await gateway.stop();
  await subgraph.stop();
});

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const post = async (path: string, body: unknown, token?: string): Promise<Reply> => {
  const response = await fetch(`${origin}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
};
const ask = (asked: Asked, token?: string) => post("/graphql", asked, token);
const LOGIN =
  "mutation In($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken } } }";
const login = async (
  password: string,
): Promise<{ readonly accessToken: string; readonly refreshToken: string }> => {
  const { body } = await ask({ query: LOGIN, variables: { input: { username: "ada", password } } });
  const token = (name: string) => textAt(body, `data.login.${name}`);
  return { accessToken: token("accessToken"), refreshToken: token("refreshToken") };
};

interface Stream {
  readonly status: number;
  text(): string;
  readonly ended: Promise<void>;
  close(): void;
}

const listen = (): Promise<Stream> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${origin}/_cardea/events`,
      { headers: { accept: "text/event-stream" } },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        resolve({
          status: response.statusCode ?? 0,
          text: () => text,
          ended: new Promise((end) => response.once("close", end)),
          close: () => sent.destroy(),
        });
      },
    );
    sent.on("error", reject);
    sent.end();
  });

interface Told {
  readonly name: string;
  readonly data: unknown;
}

const toldIn = (text: string): readonly Told[] =>
  text.split("\n\n").flatMap((block) => {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
    return name === undefined || data === undefined ? [] : [{ name, data: JSON.parse(data) }];
  });

describe("the state of a gateway in dev", () => {
  it("names what the page begins with, and no credential of a URL", async () => {
    const state = await (await fetch(`${origin}/_cardea/state.json`)).json();
    expect(state).toMatchObject({
      version: 1,
      cardea: "9.9.9",
      mode: "dev",
      graphqlPath: "/graphql",
      status: "serving",
      subgraphs: [{ name: "a", url: "http://a.example/graphql" }],
      auth: { prefix: "", fields: { login: "login", revokeOtherSessions: "revokeOtherSessions" } },
      freshSeconds: 300,
      panels: ["operation", "documentation", "you", "access", "live", "subgraphs", "plan"],
      demo: null,
    });
    expect(JSON.stringify(state)).not.toContain("canary");
  });
});

describe("the access map of a gateway in dev", () => {
  it("is that of the graph that serves, with the subgraph and the line of each guard", async () => {
    const state: unknown = await (await fetch(`${origin}/_cardea/state.json`)).json();
    const answer: unknown = await (await fetch(`${origin}/_cardea/access.json`)).json();
    expect(textAt(answer, "supergraphDigest")).toMatch(/^[0-9a-f]{64}$/);
    expect(textAt(answer, "supergraphDigest")).toBe(textAt(state, "supergraphDigest"));
    const { types, demands, origins } = at(answer, "access") as AccessMap;
    const secret = types
      .find(({ coordinate }) => coordinate === "Query")
      ?.members.find(({ coordinate }) => coordinate === "Query.secret");
    expect(demands[secret?.demand ?? 0]).toMatchObject({ authenticated: true, scopes: [["s"]] });
    expect(origins[secret?.askedBy[0] ?? -1]).toMatchObject({
      source: "a",
      line: SDL.split("\n").findIndex((line) => line.includes("secret:")) + 1,
    });
  });
});

describe("the plan of an operation", () => {
  const plan = (body: unknown, token?: string) => post("/_cardea/plan.json", body, token);

  it("is judged for the caller of the request, and executes nothing", async () => {
    const before = subgraph.calls.length;
    const query = "query Two { open secret }";
    const visitor = await plan({ query });
    expect(visitor).toMatchObject({
      status: 200,
      body: {
        operation: "Two",
        decision: "filtered",
        selections: [
          {
            coordinate: "Query.secret",
            verdict: "UNAUTHENTICATED",
            askedBy: [{ source: "a", coordinate: "Query.secret" }],
          },
        ],
        plan: {
          parts: [
            { plan: { kind: "fetch", subgraph: "a", operation: expect.not.stringContaining("secret") } },
          ],
        },
      },
    });
    const { accessToken } = await login(CANARIES.password);
    const ada = await plan({ query, operationName: "Two", variables: {} }, accessToken);
    expect(at(ada.body, "selections")).toMatchObject([{ verdict: "FORBIDDEN" }]);
    expect(subgraph.calls.length).toBe(before);
  });

  it.each([
    ["text that is no operation", { query: "{" }, 400],
    ["an unknown field", { query: "{ nothing }" }, 400],
    ["no query", {}, 400],
    ["a query that is no text", { query: ["{ open }"] }, 400],
    ["a name that is no text", { query: "{ open }", operationName: 1 }, 400],
    ["variables that are no object", { query: "{ open }", variables: [] }, 400],
    ["an operation that is not there", { query: "query A { open }", operationName: "B" }, 400],
    ["a document that is too deep", { query: `{ ${"a { ".repeat(60)}b${" }".repeat(60)} }` }, 400],
    ["a body that is no object", [{ query: "{ open }" }], 400],
  ])("refuses %s", async (_what, body, status) => {
    const answer = await plan(body);
    expect(answer).toMatchObject({ status, body: { message: expect.stringMatching(/./) } });
  });

  it("refuses a token that is not valid, and a body that is not JSON", async () => {
    expect((await plan({ query: "{ open }" }, "a.b.c")).status).toBe(401);
    const form = await fetch(`${origin}/_cardea/plan.json`, { method: "POST", body: '{"query":"{ open }"}' });
    expect(form.status).toBe(415);
    expect((await fetch(`${origin}/_cardea/plan.json`)).status).toBe(405);
  });
});

describe("the events of a gateway in dev", () => {
  it("tell what was decided, and never a password, token, variable, literal, alias or a subgraph's words", async () => {
    const stream = await listen();
    expect(stream.status).toBe(200);
    await login(CANARIES.wrongPassword);
    const { accessToken, refreshToken } = await login(CANARIES.password);
    await ask({
      query: `query Asked($v: String) { ${CANARIES.alias}: open(text: $v) two: open(text: "${CANARIES.literal}") }`,
      variables: { v: CANARIES.variable },
    });
    await ask({ query: "query Refused { open secret }" }, accessToken);
    await ask({
      query: "mutation R($input: RefreshTokenInput) { refreshToken(input: $input) { accessToken } }",
      variables: { input: { refreshToken } },
    });
    await ask({ query: "mutation { revokeSession { status } }" }, accessToken);
    await ask({ query: "{ open }" }, "not.a.token");
    await eventually(async () => {
      const types = toldIn(stream.text())
        .filter(({ name }) => name === "event")
        .map(({ data }) => textAt(data, "event.type"));
      expect(types).toEqual(
        expect.arrayContaining([
          "login.refused",
          "login.succeeded",
          "session.created",
          "operation.allowed",
          "operation.denied",
          "session.refreshed",
          "session.revoked",
          "credential.refused",
          "subgraph.called",
        ]),
      );
    });
    const told = toldIn(stream.text());
    expect(told[0]).toMatchObject({ name: "state", data: { mode: "dev" } });
    const events = told.filter(({ name }) => name === "event").map(({ data }) => at(data, "event"));
    expect(events.find((event) => textAt(event, "type") === "operation.denied")).toMatchObject({
      operationName: "Refused",
      asked: ["Query.open", "Query.secret"],
      refusals: [{ coordinate: "Query.secret", code: "FORBIDDEN" }],
      subject: "u1",
    });
    expect(events.find((event) => textAt(event, "operationName") === "Asked")).toMatchObject({
      type: "operation.allowed",
      asked: ["Query.open"],
    });
    for (const canary of [...Object.values(CANARIES), "canary", accessToken, refreshToken, "127.0.0.1"])
      expect(stream.text()).not.toContain(canary);
    stream.close();
    await stream.ended;
  });

  it("tell a new problem at once, as the state it makes", async () => {
    const stream = await listen();
    problems = ["[a] <img src=x onerror=alert(1)>\nis broken"];
    feed.changed();
    await eventually(async () =>
      expect(toldIn(stream.text()).map(({ data }) => at(data, "problems"))).toEqual([[], problems]),
    );
    problems = [];
    feed.changed();
    stream.close();
    await stream.ended;
  });

  it(`go to ${MAX_READERS} readers, and to others when some have left`, async () => {
    await eventually(async () => expect(feed.readers).toBe(0));
    const streams = await Promise.all(Array.from({ length: MAX_READERS }, listen));
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    const refused = await fetch(`${origin}/_cardea/events`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    for (const stream of streams) stream.close();
    await eventually(async () => expect(feed.readers).toBe(0));
  });

  it("end when the gateway stops, which does not wait for them", async () => {
    const stream = await listen();
    await gateway.stop();
    await stream.ended;
    expect(toldIn(stream.text()).at(-1)).toEqual({ name: "end", data: { reason: "stopping" } });
  });
});

describe("the page of a gateway in serve", () => {
  it("is there only if it is switched on, and knows no more than any client", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cardea-page-serve-"));
    const { supergraphSdl } = composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/", sdl: SDL }]);
    writeFileSync(join(folder, "supergraph.graphql"), supergraphSdl);
    const serve = (page?: "on") =>
      composeGateway(
        checkConfig(
          {
            supergraph: "supergraph.graphql",
            server: { port: 0 },
            ops: { port: 0 },
            log: { level: "silent" },
            ...(page === undefined ? {} : { page }),
          },
          { folder, environment: {} },
        ),
      );
    const statuses = async (url: string): Promise<readonly number[]> =>
      Promise.all(
        ["/", "/graphql", "/_cardea/state.json", "/_cardea/access.json", "/_cardea/events"].map(
          async (path) =>
            (
              await fetch(new URL(path, url), {
                headers: { accept: "text/html", origin: "https://a.example" },
              })
            ).status,
        ),
      );
    const without = await serve();
    expect(await statuses(without.url)).toEqual([404, 400, 404, 404, 404]);
    await without.stop();

    const shown = await serve("on");
    expect(await statuses(shown.url)).toEqual([200, 200, 200, 404, 404]);
    const plan = await fetch(new URL("/_cardea/plan.json", shown.url), { method: "POST" });
    expect(plan.status).toBe(404);
    expect(await (await fetch(new URL("/_cardea/state.json", shown.url))).json()).toEqual({
      version: 1,
      cardea: null,
      mode: "serve",
      graphqlPath: "/graphql",
      status: "serving",
      problems: [],
      subgraphs: [],
      supergraphDigest: null,
      // What a client has to know to sign in, and every client may.
      auth: expect.objectContaining({ prefix: "" }),
      freshSeconds: null,
      panels: ["operation", "documentation", "you"],
      demo: null,
    });
    await shown.stop();
  });
});
