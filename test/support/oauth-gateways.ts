import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as oauth from "oauth4webapi";
import type { ConfigInput } from "../../src/config/schema.js";
import { hashPassword } from "../../src/credentials/password-hash.js";
import { addUser } from "../../src/stores/users/edit-user-file.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import { ADAS_PASSWORD, type AuthGateway, gatewayDirectory, startAuthGateway } from "./auth-gateway.js";
import { aClientKey, anAssertion, type ClientKey } from "./client-assertions.js";
import { createRunningClock } from "./fake-clock.js";
import type { RedisServer } from "./redis-server.js";
import { A_PEPPER } from "./secrets.js";

export const ISSUER = "https://gateway.example";
/** Every character that form-encoding changes, so that a client that does not encode fails. */
export const SECRETS = {
  api: "api:4f9+Qz7%Lw2 Xk8/Tn5=Rb6&Yd3-Hs1",
  shop: "shop-8Vq3kD7sT1xZr6Lw0Yh5uNc2mBf9",
  shopBefore: "shop-old-2Pq9aJ4eG7wM1tK6yR8vD3xS",
};

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A gateway with OAuth clients of every kind, and what its clients need to speak to it. */
export interface OAuthGateway extends AuthGateway {
  /** Posts a form. @param credentials - of client_secret_basic, not encoded yet */
  post(
    endpoint: "token" | "revoke" | "introspect",
    form: Readonly<Record<string, string>> | string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{
    readonly status: number;
    readonly headers: Headers;
    readonly text: string;
    readonly body: Readonly<Record<string, unknown>>;
  }>;
  /** A GraphQL request with more headers. */
  graphql(
    query: string,
    variables: object,
    headers?: Readonly<Record<string, string>>,
  ): ReturnType<AuthGateway["ask"]>;
  /** Signs ada in with this client: `default` and `app` are public, `bff` authenticates by its key. */
  signIn(client?: "default" | "app" | "bff" | "shop"): Promise<Tokens>;
  /** Is the session of this access token alive? */
  lives(accessToken: string): Promise<boolean>;
  /** Options for `oauth4webapi`, which then speaks to this gateway. */
  readonly options: { [oauth.customFetch]: (url: string, init: object) => Promise<Response> };
  discover(): Promise<oauth.AuthorizationServer>;
}

export interface OAuthHarness {
  readonly directory: string;
  readonly settings: ConfigInput;
  readonly bffKey: ClientKey;
  start(changes?: ConfigInput): Promise<OAuthGateway>;
  /** An assertion of `bff`, or of `client` with the key of `bff`. */
  assertion(claims?: Readonly<Record<string, unknown>>, client?: string): string;
  stop(): Promise<void>;
}

export const basic = (client: string, secret: string): Readonly<Record<string, string>> => {
  const encode = (text: string): string => new URLSearchParams({ "": text }).toString().slice(1);
  return {
    authorization: `Basic ${Buffer.from(`${encode(client)}:${encode(secret)}`).toString("base64")}`,
  };
};

export const LOGIN =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken } } }";

/**
 * Gateways that share one Redis: `default` and `app` are public, `bff` has a key and may introspect, `api` has a secret
 * and may introspect, `shop` has two secrets and may not.
 */
export async function startOAuthHarness(redis: RedisServer): Promise<OAuthHarness> {
  const directory = gatewayDirectory();
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const bffKey = aClientKey("bff-1");
  const secret = (name: keyof typeof SECRETS): string => `file:${file(`${name}.secret`, SECRETS[name])}`;
  // One users file for all of them: each would give ada an id of its own.
  const users = join(directory, "users.yaml");
  const passwordHash = await hashPassword(ADAS_PASSWORD, { memoryCost: 1024, timeCost: 1, parallelism: 1 });
  await addUser(users, { username: "ada", passwordHash, scopes: ["orders:read"] });
  const settings: ConfigInput = {
    users: { path: users },
    store: { kind: "redis", url: redis.url },
    tokens: {
      issuer: ISSUER,
      keys: [file("tokens.json", formatKeyFile([await generateKey()]))],
      refreshPeppers: [{ id: 1, secret: A_PEPPER }],
    },
    identity: { keys: [file("identity.json", formatKeyFile([await generateKey()]))] },
    clients: {
      app: {},
      bff: {
        auth: { method: "private_key_jwt", jwks: file("bff.jwks.json", bffKey.jwks) },
        introspect: true,
      },
      api: { auth: { method: "client_secret_basic", secrets: [secret("api")] }, introspect: true },
      shop: { auth: { method: "client_secret_basic", secrets: [secret("shop"), secret("shopBefore")] } },
    },
  };
  const started: AuthGateway[] = [];
  const assertion: OAuthHarness["assertion"] = (claims = {}, client = "bff") =>
    anAssertion(bffKey, client, ISSUER, Math.floor(Date.now() / 1000), { claims });

  const start = async (changes: ConfigInput = {}): Promise<OAuthGateway> => {
    const gateway = await startAuthGateway(
      { ...settings, ...changes },
      undefined,
      undefined,
      createRunningClock(),
    );
    started.push(gateway);
    const { origin } = gateway;
    const post: OAuthGateway["post"] = async (endpoint, form, headers = {}) => {
      const response = await fetch(`${origin}/oauth/${endpoint}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
        body: typeof form === "string" ? form : new URLSearchParams(form).toString(),
      });
      const text = await response.text();
      const body = (text === "" ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>; // judged by each test
      return { status: response.status, headers: response.headers, text, body };
    };
    const graphql: OAuthGateway["graphql"] = async (query, variables, headers = {}) => {
      const response = await fetch(gateway.gateway.url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
    };
    const options = {
      [oauth.customFetch]: (url: string, init: object) => fetch(url.replace(ISSUER, origin), init),
    };
    return {
      ...gateway,
      post,
      graphql,
      options,
      async signIn(client = "default") {
        const headers = client === "bff" ? { "cardea-client-assertion": assertion() } : {};
        const input = { username: "ada", password: ADAS_PASSWORD, clientId: client };
        const { body } = await graphql(LOGIN, { input }, headers);
        return body.data?.["login"] as unknown as Tokens; // a login that is refused fails the test that uses it
      },
      async lives(accessToken) {
        const { body } = await gateway.ask("{ session { id } }", {}, accessToken);
        return body.data?.["session"] != null;
      },
      async discover() {
        const issuer = new URL(ISSUER);
        const response = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...options });
        // The library adds a slash to the issuer.
        return { ...(await response.json()) } as oauth.AuthorizationServer; // checked by the tests of RFC 8414
      },
    };
  };
  return {
    directory,
    settings,
    bffKey,
    start,
    assertion,
    async stop() {
      await Promise.all(started.map((gateway) => gateway.stop()));
    },
  };
}
