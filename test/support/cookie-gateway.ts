import type { ConfigInput } from "../../src/config/schema.js";
import { ADAS_PASSWORD, type AuthGateway, gatewayDirectory, startAuthGateway } from "./auth-gateway.js";
import { type RawReply, rawRequest } from "./raw-http.js";

export const WEB = "https://app.example.com";
export const SHOP = "https://shop.example.com";
/** The gateway's own origin, which the client `web` lists too. */
export const OWN = "https://api.example.com";

export const LOGIN =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken deviceToken expiresIn session { id } } } }";
export const REFRESH = "mutation { refreshToken { accessToken refreshToken expiresIn } }";
export const SIGN_OUT = "mutation { signOut { status revoked } }";
export const SESSION = "{ session { id } }";

export interface CookieReply extends Omit<RawReply, "headers"> {
  readonly headers: RawReply["headers"];
  readonly setCookies: readonly string[];
  readonly body: {
    readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>> | null;
    readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
  };
}

export interface Sending {
  readonly query?: string;
  readonly variables?: object;
  /** A whole body, instead of `query`: a batch, for example. */
  readonly body?: unknown;
  readonly method?: string;
  /** Default: {@link WEB}. `null`: no `Origin`. */
  readonly origin?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The cookies of one browser, without its rules: a test decides itself what is sent. */
export interface Jar {
  readonly cookies: Map<string, string>;
  /** Sends a request and keeps the cookies of its response. */
  send(sending: Sending): Promise<CookieReply>;
  /** As {@link send}, with the session as the credential. */
  login(more?: object, sending?: Sending): Promise<CookieReply>;
}

export interface CookieGateway extends AuthGateway {
  jar(): Jar;
}

/** A gateway with the cookie clients `web` and `shop`, and the bearer client `default`. */
export async function startCookieGateway(
  settings: ConfigInput = {},
  directory: string = gatewayDirectory(),
  subgraph?: { readonly url: string; readonly sdl: string },
): Promise<CookieGateway> {
  const { server, clients, ...rest } = settings;
  const gateway = await startAuthGateway(
    {
      server: { port: 0, publicUrls: [OWN], batching: true, ...server },
      clients: {
        web: { delivery: "cookie", origins: [WEB, OWN], cookie: { name: "web" } },
        shop: { delivery: "cookie", origins: [SHOP], cookie: { name: "shop", sameSite: "strict" } },
        ...clients,
      },
      ...rest,
    },
    directory,
    subgraph,
  );
  const jar = (): Jar => {
    const cookies = new Map<string, string>();
    const send: Jar["send"] = async ({
      query,
      variables = {},
      body,
      method = "POST",
      origin = WEB,
      headers = {},
    }) => {
      const sent = [
        ...(method === "POST" ? ["content-type", "application/json"] : ["apollo-require-preflight", "1"]),
        ...(origin === null ? [] : ["origin", origin]),
        ...(cookies.size === 0
          ? []
          : ["cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; ")]),
        ...Object.entries(headers).flat(),
      ];
      const url =
        method === "POST"
          ? gateway.gateway.url
          : `${gateway.gateway.url}?query=${encodeURIComponent(query ?? "")}`;
      const reply = await rawRequest(
        url,
        method,
        sent,
        method === "POST" ? JSON.stringify(body ?? { query, variables }) : undefined,
      );
      const setCookies = [reply.headers["set-cookie"] ?? []].flat();
      for (const each of setCookies) keep(cookies, each);
      return { ...reply, setCookies, body: reply.text === "" ? {} : JSON.parse(reply.text) };
    };
    return {
      cookies,
      send,
      login: (more = {}, sending = {}) =>
        send({
          query: LOGIN,
          variables: { input: { username: "ada", password: ADAS_PASSWORD, ...more } },
          ...sending,
        }),
    };
  };
  return { ...gateway, jar };
}

function keep(cookies: Map<string, string>, setCookie: string): void {
  const [pair = "", ...attributes] = setCookie.split("; ");
  const at = pair.indexOf("=");
  const name = pair.slice(0, at);
  if (attributes.includes("Max-Age=0")) cookies.delete(name);
  else cookies.set(name, pair.slice(at + 1));
}

/** The names of cookies that a response sets, and those that it clears. */
export const changesOf = ({ setCookies }: Pick<CookieReply, "setCookies">) => ({
  set: setCookies.filter((each) => !each.includes("Max-Age=0")).map((each) => each.split("=", 1)[0] ?? ""),
  cleared: setCookies.filter((each) => each.includes("Max-Age=0")).map((each) => each.split("=", 1)[0] ?? ""),
});

/** Code and reason of the first error. */
export const refusalOf = ({ status, body }: Pick<CookieReply, "status" | "body">) => {
  const { code, reason } = body.errors?.[0]?.extensions ?? {};
  return { status, code, ...(reason === undefined ? {} : { reason }) };
};
