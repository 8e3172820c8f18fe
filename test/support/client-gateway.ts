import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** How the test gateway answers the next refreshes. */
export type RefreshMode = "rotate" | "refuse" | "outage" | "garbage" | "hang up";

/**
 * A gateway as its clients see it, with a handle on what goes wrong: real HTTP, scripted answers. The real gateway's
 * own behaviour is tested elsewhere; this one exists to fail on demand.
 */
export interface ClientGateway {
  readonly url: string;
  refreshMode: RefreshMode;
  /** Milliseconds before a refresh is answered. */
  refreshDelayMs: number;
  /** False: a client that gets no refresh token. */
  givesRefreshTokens: boolean;
  /** Access tokens accepted now. */
  readonly accepted: Set<string>;
  readonly refreshes: string[];
  /** User and device token of each login. */
  readonly logins: (readonly [string | undefined, string | undefined])[];
  /** False: a gateway that gives none. */
  givesDeviceTokens: boolean;
  readonly served: (string | undefined)[];
  readonly revoked: (string | undefined)[];
  /** Refresh tokens signed out with. */
  readonly signedOut: string[];
  /** False: a gateway that does not offer `signOut`. */
  offersSignOut: boolean;
  /** Milliseconds before the next login is answered; taken once each. */
  readonly loginDelaysMs: number[];
  /** Bearer of each step-up. */
  readonly stepUps: (string | undefined)[];
  /** Milliseconds between the judgement of the next step-up and its answer; taken once each. */
  readonly stepUpDelaysMs: number[];
  /** Seconds since the last proof, for the guarded field. */
  stale: boolean;
  stop(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // node:http gives buffers by default
  return Buffer.concat(chunks).toString("utf8");
};

interface Asked {
  readonly query: string;
  readonly variables?: {
    readonly input?: {
      readonly username?: string;
      readonly deviceToken?: string;
      readonly password?: string;
      readonly refreshToken?: string;
      readonly accessToken?: string;
    };
  };
}

const unauthenticated = {
  errors: [{ message: "Sign in.", extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" } }],
};

export async function startClientGateway(): Promise<ClientGateway> {
  let count = 0;
  const pair = (expiresIn: number) => {
    count += 1;
    state.accepted.add(`at${count}`);
    return {
      accessToken: `at${count}`,
      refreshToken: state.givesRefreshTokens ? `rt${count}` : null,
      expiresIn,
    };
  };
  const server: Server = createServer(async (request, response) => {
    const asked = JSON.parse(await bodyOf(request)) as Asked | readonly Asked[];
    const isBatch = Array.isArray(asked);
    const { query, variables } = isBatch ? { query: "batch", variables: undefined } : (asked as Asked); // by the line above
    const bearer = request.headers.authorization?.replace("Bearer ", "");
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { "content-type": "application/graphql-response+json", ...headers });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
    if (query.includes("login(")) {
      state.logins.push([variables?.input?.username, variables?.input?.deviceToken]);
      await new Promise((resolve) => setTimeout(resolve, state.loginDelaysMs.shift() ?? 0));
      if (variables?.input?.password !== "right")
        return answer(200, {
          data: { login: null },
          errors: [{ message: "No.", path: ["login"], extensions: { code: "INVALID_CREDENTIALS" } }],
        });
      const deviceToken = state.givesDeviceTokens ? `cdt${state.logins.length}` : null;
      return answer(200, { data: { login: { ...pair(300), deviceToken } } });
    }
    if (query.includes("refreshToken(")) {
      state.refreshes.push(String(variables?.input?.refreshToken ?? variables?.input?.accessToken));
      await new Promise((resolve) => setTimeout(resolve, state.refreshDelayMs));
      switch (state.refreshMode) {
        case "rotate":
          return answer(200, { data: { refreshToken: pair(300) } });
        case "refuse":
          return answer(200, {
            data: { refreshToken: null },
            errors: [{ message: "No.", extensions: { code: "INVALID_GRANT", reason: "SESSION_REUSED" } }],
          });
        case "outage":
          return answer(
            503,
            { errors: [{ message: "Later.", extensions: { code: "SERVICE_UNAVAILABLE" } }] },
            { "retry-after": "2" },
          );
        case "garbage":
          return answer(200, "<html>");
        case "hang up":
          return void request.socket.destroy();
      }
    }
    if (query.includes("signOut(")) {
      if (!state.offersSignOut)
        return answer(400, { errors: [{ message: "?", extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] });
      state.signedOut.push(String(variables?.input?.refreshToken));
      return answer(200, { data: { signOut: { status: "DONE" } } });
    }
    if (bearer !== undefined && !state.accepted.has(bearer))
      return answer(401, isBatch ? asked.map(() => unauthenticated) : unauthenticated);
    if (isBatch) {
      state.served.push(bearer);
      return answer(
        200,
        asked.map(() => ({ data: { hello: bearer } })),
      );
    }
    if (query.includes("revokeSession")) {
      state.revoked.push(bearer);
      return answer(200, { data: { revokeSession: { status: "DONE" } } });
    }
    if (query.includes("reauthenticate(")) {
      state.stale = false;
      state.stepUps.push(bearer);
      const given = pair(300);
      await new Promise((resolve) => setTimeout(resolve, state.stepUpDelaysMs.shift() ?? 0));
      return answer(200, { data: { reauthenticate: given } });
    }
    state.served.push(bearer);
    if (query.includes("wallet") && state.stale)
      return answer(
        200,
        {
          data: query.includes("nothing") ? null : { hello: bearer, wallet: null },
          errors: [{ message: "Again.", path: ["wallet"], extensions: { code: "STEP_UP_REQUIRED" } }],
          extensions: { challenge: { code: "STEP_UP_REQUIRED", maxAge: 60 } },
        },
        { "www-authenticate": 'Bearer error="insufficient_user_authentication", max_age="60"' },
      );
    return answer(200, { data: { hello: bearer ?? "nobody", wallet: 1 } });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP, so an AddressInfo
  const state: ClientGateway = {
    url: `http://127.0.0.1:${port}/graphql`,
    refreshMode: "rotate",
    refreshDelayMs: 0,
    givesRefreshTokens: true,
    accepted: new Set(),
    refreshes: [],
    logins: [],
    givesDeviceTokens: true,
    served: [],
    revoked: [],
    signedOut: [],
    offersSignOut: true,
    loginDelaysMs: [],
    stepUps: [],
    stepUpDelaysMs: [],
    stale: false,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return state;
}
