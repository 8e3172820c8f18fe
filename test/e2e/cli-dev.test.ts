import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AccessMap } from "../../src/access-map/model.js";
import type { AccessAnswer, PageState } from "../../src/http/page/contract.js";
import { startCommand } from "../support/command-line.js";

const example = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../schema/examples/${name}.graphql`, import.meta.url)), "utf8");

/** A subgraph whose schema can be changed while it runs; it answers every requested root field. */
interface Subgraph {
  sdl: string;
  readonly url: string;
  stop(): Promise<void>;
}

async function startSubgraph(sdl: string): Promise<Subgraph> {
  const server: Server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { query } = JSON.parse(body) as { readonly query: string };
    const data = query.includes("_service")
      ? { _service: { sdl: state.sdl } }
      : { titles: [{ __typename: "Title", id: "t1", name: "A title", year: 1999 }] };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  const state: Subgraph = {
    sdl,
    url: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return state;
}

interface Event {
  readonly event: string;
  readonly url: string;
  readonly state: string;
  readonly problems: readonly { readonly kind: string; readonly subgraph?: string; readonly where: string }[];
}

/** Reads the verb's JSON lines one by one. */
function events(child: ChildProcess): { next(): Promise<Event> } {
  const waiting: Event[] = [];
  const takers: ((event: Event) => void)[] = [];
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = JSON.parse(line) as Event;
      const taker = takers.shift();
      if (taker === undefined) waiting.push(event);
      else taker(event);
    }
  });
  return {
    next: () => {
      const event = waiting.shift();
      return event === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(event);
    },
  };
}

const ask = async (url: string, query: string): Promise<unknown> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return response.json();
};

/** What the page of the same port begins with. */
const stateOf = async (url: string): Promise<PageState> =>
  (await (await fetch(new URL("/_cardea/state.json", url))).json()) as PageState; // our own endpoint

const problemsOf = async (url: string): Promise<string> => (await stateOf(url)).problems.join("\n");

let loans: Subgraph;
let members: Subgraph;
let child: ChildProcess;

beforeEach(async () => {
  loans = await startSubgraph(example("loans"));
  members = await startSubgraph(example("members"));
});
afterEach(async () => {
  const ended = child.exitCode === null ? new Promise((resolve) => child.once("close", resolve)) : undefined;
  child.kill("SIGTERM");
  await ended;
  await Promise.all([loans.stop(), members.stop()]);
});

function dev(...extra: string[]): { next(): Promise<Event> } {
  child = startCommand([
    "dev",
    ...["--subgraph", `loans=${loans.url}`, "--subgraph", `members=${members.url}`],
    ...["--port", "0", "--ops-port", "0", "--poll-ms", "100", "--json", ...extra],
  ]);
  return events(child);
}

describe("cardea dev", { timeout: 60_000 }, () => {
  it("composes, serves, follows a change, and keeps the last good graph when one breaks", async () => {
    const output = dev();
    expect((await output.next()).event).toBe("composed");
    const serving = await output.next();
    expect(serving.event).toBe("serving");
    expect(await ask(serving.url, "{ titles { name } }")).toEqual({
      data: { titles: [{ name: "A title" }] },
    });
    expect(await ask(serving.url, "{ titles { year } }")).toMatchObject({ errors: [expect.anything()] });

    loans.sdl = loans.sdl.replace(
      'type Title @key(fields: "id") {',
      'type Title @key(fields: "id") {\n  year: Int',
    );
    expect((await output.next()).event).toBe("composed");
    await expect
      .poll(() => ask(serving.url, "{ titles { year } }"), { timeout: 10_000 })
      .toEqual({ data: { titles: [{ year: 1999 }] } });

    const whole = loans.sdl;
    const before = await stateOf(serving.url);
    expect(before).toMatchObject({ mode: "dev", status: "serving", problems: [], graphqlPath: "/graphql" });
    loans.sdl = whole.replace('@composeDirective(name: "@auth")', "");
    const refused = await output.next();
    expect(refused).toMatchObject({ event: "refused", state: "the last good graph keeps serving" });
    await expect.poll(() => problemsOf(serving.url)).toContain("loans");
    // The last good graph keeps serving.
    expect(await stateOf(serving.url)).toMatchObject({
      status: "serving",
      supergraphDigest: before.supergraphDigest,
    });
    expect(refused.problems.every(({ subgraph }) => subgraph === "loans")).toBe(true);
    expect(await ask(serving.url, "{ titles { year } }")).toEqual({ data: { titles: [{ year: 1999 }] } });

    loans.sdl = whole;
    expect(await output.next()).toMatchObject({ event: "composed", changed: false });
  });

  it("enforces what the subgraphs demand, and offers to sign in", async () => {
    const output = dev();
    await output.next();
    const { url } = await output.next();
    expect(await ask(url, "{ members { name } titles { name } }")).toMatchObject({
      data: { members: null, titles: [{ name: "A title" }] },
      errors: [{ extensions: { code: "UNAUTHENTICATED" }, path: ["members"] }],
    });
    expect(await ask(url, '{ __type(name: "Mutation") { fields { name } } }')).toMatchObject({
      data: { __type: { fields: expect.arrayContaining([{ name: "login" }]) } },
    });
  });

  it("shows the page whose guards the subgraphs declared, with their lines", async () => {
    const output = dev();
    await output.next();
    const { url } = await output.next();
    const { access } = (await (await fetch(new URL("/_cardea/access.json", url))).json()) as AccessAnswer;
    const { origins } = access as AccessMap;
    expect(origins.map(({ source }) => source)).toEqual(expect.arrayContaining(["members", "auth"]));
    expect(origins.every(({ line }) => line > 0)).toBe(true);
  });

  it("waits for a subgraph that does not answer yet, and shows it on the page", async () => {
    await members.stop();
    const reserved = createServer();
    await new Promise<void>((resolve) => reserved.listen(0, "127.0.0.1", resolve));
    const free = (reserved.address() as AddressInfo).port;
    await new Promise((resolve) => reserved.close(resolve));
    const output = dev("--port", String(free));
    expect(await output.next()).toMatchObject({
      event: "refused",
      state: "waiting",
      problems: [{ subgraph: "members" }],
    });
    const url = `http://127.0.0.1:${free}/graphql`;
    await expect.poll(() => problemsOf(url).catch(() => "")).toContain("members");
    expect(await stateOf(url)).toMatchObject({ status: "waiting", supergraphDigest: null });
    expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(503);
    const { port } = new URL(members.url);
    const late = createServer((_request, response) =>
      response.end(JSON.stringify({ data: { _service: { sdl: members.sdl } } })),
    );
    await new Promise<void>((resolve) => late.listen(Number(port), "127.0.0.1", resolve));
    expect((await output.next()).event).toBe("composed");
    expect(await output.next()).toMatchObject({ event: "serving", url });
    expect(await stateOf(url)).toMatchObject({ status: "serving", problems: [] });
    late.closeAllConnections();
    await new Promise((resolve) => late.close(resolve));
  });

  it("reports a port in use before it queries a subgraph, and ends", async () => {
    const taken = new URL(loans.url).port;
    const output = dev("--port", taken);
    expect(await output.next()).toMatchObject({
      problems: [{ kind: "PORT_UNAVAILABLE", where: "server.port" }],
    });
  });
});
