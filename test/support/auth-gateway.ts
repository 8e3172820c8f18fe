import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { authSubgraphSdl } from "../../src/auth-subgraph/sdl.js";
import { composeGateway, type RunningGateway } from "../../src/compose.js";
import { composeSubgraphs } from "../../src/composition/index.js";
import { checkConfig } from "../../src/config/load.js";
import type { ConfigInput } from "../../src/config/schema.js";
import { hashPassword } from "../../src/credentials/password-hash.js";
import type { DomainEvent } from "../../src/domain/events.js";
import { addUser } from "../../src/stores/users/edit-user-file.js";
import { createFakeClock, type FakeClock } from "./fake-clock.js";

const CHEAP = { memoryCost: 1024, timeCost: 1, parallelism: 1 };

export const ADAS_PASSWORD = "correct horse battery staple";

interface AskAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The raw text, to check that something is not in it. */
  readonly text: string;
  readonly body: {
    readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>> | null;
    readonly errors?: readonly {
      readonly message: string;
      readonly extensions: Readonly<Record<string, unknown>>;
    }[];
  };
}

/** A whole gateway in this process: real endpoints, the auth subgraph, the user `ada`, and a readable log. */
export interface AuthGateway {
  readonly gateway: RunningGateway;
  readonly origin: string;
  readonly directory: string;
  readonly clock: FakeClock;
  readonly events: readonly DomainEvent[];
  log(): string;
  ask(query: string, variables?: object, token?: string): Promise<AskAnswer>;
  /** Logs ada in. */
  login(): Promise<{ readonly accessToken: string; readonly refreshToken: string }>;
  stop(): Promise<void>;
}

/**
 * @param settings - may name files of `directory`, which is made by {@link gatewayDirectory}
 * @param subgraph - beside the auth subgraph; default one that nobody can reach
 */
export async function startAuthGateway(
  settings: ConfigInput = {},
  directory: string = gatewayDirectory(),
  subgraph = { url: "http://127.0.0.1:9", sdl: "type Query { a: Int }" },
  clock: FakeClock = createFakeClock(Date.now()),
): Promise<AuthGateway> {
  const path = (name: string): string => join(directory, name);
  const passwordHash = await hashPassword(ADAS_PASSWORD, CHEAP);
  // A second start in the same directory is a restart; others may be in the file already.
  const users = path("users.yaml");
  if (!existsSync(users) || !readFileSync(users, "utf8").includes("username: ada"))
    await addUser(users, { username: "ada", passwordHash, scopes: ["orders:read"] });
  const { supergraphSdl } = composeSubgraphs([
    { name: "a", ...subgraph },
    { name: "auth", url: "cardea://auth", sdl: authSubgraphSdl(settings.authSubgraph) },
  ]);
  writeFileSync(path("supergraph.graphql"), supergraphSdl);
  const lines: string[] = [];
  const events: DomainEvent[] = [];
  const logDestination = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString("utf8"));
      done();
    },
  });
  const gateway = await composeGateway(
    checkConfig(
      {
        supergraph: path("supergraph.graphql"),
        server: { port: 0 },
        ops: { port: 0 },
        log: { level: "debug" },
        users: { path: path("users.yaml") },
        ...settings,
      },
      { environment: {} },
    ),
    { clock, logDestination, listener: (event) => events.push(event) },
  );
  const ask: AuthGateway["ask"] = async (query, variables = {}, token) => {
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  };
  return {
    gateway,
    origin: new URL(gateway.url).origin,
    directory,
    clock,
    events,
    log: () => lines.join(""),
    ask,
    async login() {
      const { body } = await ask(
        "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken } } }",
        { input: { username: "ada", password: ADAS_PASSWORD } },
      );
      const { accessToken, refreshToken } = body.data?.["login"] ?? {};
      return { accessToken: String(accessToken), refreshToken: String(refreshToken) };
    },
    stop: () => gateway.stop(),
  };
}

export const gatewayDirectory = (): string => mkdtempSync(join(tmpdir(), "cardea-gateway-"));
