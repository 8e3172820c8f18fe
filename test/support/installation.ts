import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeGateway, type RunningGateway } from "../../src/compose.js";
import { checkConfig } from "../../src/config/load.js";
import { hashPassword } from "../../src/credentials/password-hash.js";
import { addUser } from "../../src/stores/users/edit-user-file.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import type { GraphQLAnswer } from "./bypass-judge.js";
import { AUTH_HEADER } from "./random-graph-sdl.js";
import { type RecordingSubgraph, startRecordingSubgraph } from "./recording-subgraph.js";

/** Words nobody else writes: where one turns up, a secret has leaked. */
export const CANARY_PASSWORD = "canary-Password-5f2c9a";
export const CANARY_PEPPER = "canary-pepper-0b7d41-0123456789abcdef0123456789abcdef";

const SHOP = `${AUTH_HEADER}
type Query {
  products: [Product!]
  profile: String @auth
  ledger: String @auth(scopes: ["ledger"])
  card: String @auth(fresh: true)
}
type Mutation {
  note: Int
  pay: Int @auth(fresh: true)
}
type Product @key(fields: "id") { id: ID! name: String }
`;

const STOCK = `${AUTH_HEADER}
type Query { warehouse: String }
type Product @key(fields: "id") { id: ID! inStock: Int }
`;

/** What one request brought back. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: GraphQLAnswer;
  readonly text: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A whole installation: two subgraphs, users, keys, a store, a gateway that listens, and its log in memory. */
export interface Installation {
  readonly gateway: RunningGateway;
  readonly shop: RecordingSubgraph;
  readonly stock: RecordingSubgraph;
  /** Everything logged so far. */
  log(): string;
  /** Everything answered so far. */
  answers(): string;
  send(query: string, variables?: Readonly<Record<string, unknown>>, token?: string): Promise<Reply>;
  login(username: string): Promise<Tokens>;
  close(): Promise<void>;
}

const LOGIN = `mutation ($password: Secret!, $username: String!) {
  login(input: { username: $username, password: $password }) { ... on AuthPayload { accessToken refreshToken } }
}`;

export const REFRESH = `mutation ($token: Secret!) {
  refreshToken(input: { refreshToken: $token }) { accessToken refreshToken }
}`;

export const REAUTHENTICATE = `mutation ($password: Secret!) {
  reauthenticate(input: { password: $password }) { accessToken refreshToken }
}`;

/** @param store - the `store` setting; `ada` holds the scope `ledger`, `bob` holds none */
export const installCardea = async (
  store: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Installation> => {
  const directory = mkdtempSync(join(tmpdir(), "cardea-installation-"));
  const users = join(directory, "users.yaml");
  // Cheap hashing: what is tested here is the road, not the argon2 parameters.
  const passwordHash = await hashPassword(CANARY_PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
  writeFileSync(users, "users: []\n");
  await addUser(users, { username: "ada", passwordHash, scopes: ["ledger"] });
  await addUser(users, { username: "bob", passwordHash, scopes: [] });
  const keys = await Promise.all(
    ["tokens", "identity"].map(async (name) => {
      const path = join(directory, `${name}.jwk.json`);
      writeFileSync(path, JSON.stringify((await generateKey("ES256")).privateJwk), { mode: 0o600 });
      return path;
    }),
  );
  const shop = await startRecordingSubgraph({ name: "shop", sdl: SHOP });
  const stock = await startRecordingSubgraph({ name: "stock", sdl: STOCK });
  const logged: string[] = [];
  const answered: string[] = [];
  const config = checkConfig(
    {
      subgraphs: [shop, stock].map(({ name, url }) => ({ name, url })),
      server: { port: 0, host: "127.0.0.1" },
      ops: { port: 0 },
      store,
      tokens: { keys: [keys[0]], refreshPeppers: [{ id: 1, secret: CANARY_PEPPER }] },
      identity: { keys: [keys[1]] },
      users: { path: users },
      log: { level: "debug" },
      limits: { loginPerAccount: 1000, loginPerAddress: 1000, loginPerDevice: 1000 },
      ...settings,
    },
    { folder: directory, environment: {} },
  );
  const gateway = await composeGateway(config, {
    logDestination: { write: (line: string) => void logged.push(line) },
  });

  const send = async (
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
    token?: string,
  ): Promise<Reply> => {
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    answered.push(text);
    return { status: response.status, headers: response.headers, body: JSON.parse(text), text };
  };

  return {
    gateway,
    shop,
    stock,
    log: () => logged.join(""),
    answers: () => answered.join("\n"),
    send,
    login: async (username) => {
      const reply = await send(LOGIN, { username, password: CANARY_PASSWORD });
      const pair = (reply.body.data as { login: Tokens | null } | null)?.login;
      if (pair?.accessToken === undefined) throw new Error(`no login: ${reply.text}`);
      return pair;
    },
    close: async () => {
      await gateway.stop();
      await Promise.all([shop.close(), stock.close()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

/** The pair a mutation answered, by its field. */
export const pairOf = (reply: Reply, field: "refreshToken" | "reauthenticate"): Tokens => {
  const pair = (reply.body.data as Record<string, Tokens | null> | null)?.[field];
  if (pair === undefined || pair === null) throw new Error(`no tokens: ${reply.text}`);
  return pair;
};

export const codeOf = (reply: Reply): string | undefined => reply.body.errors?.[0]?.extensions?.code;
