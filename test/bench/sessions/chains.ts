import { Agent, request } from "undici";

/** One client that refreshes again and again, each time with the token it got last. */
export interface Chain {
  readonly user: string;
  token: string;
}

/** How to send a refresh to an endpoint. */
export interface Endpoint {
  readonly url: string;
  headers(): Readonly<Record<string, string>>;
  body(chain: Chain): string;
  /** The next refresh token in an answer; `undefined` when it was refused. */
  next(answer: string): string | undefined;
}

/** `POST /oauth/token`, and the bare handler, which reads the same form. */
export const oauthEndpoint = (url: string): Endpoint => ({
  url,
  headers: () => ({ "content-type": "application/x-www-form-urlencoded" }),
  body: ({ token, user }) =>
    new URLSearchParams({
      grant_type: "refresh_token",
      client_id: "default",
      refresh_token: token,
      user,
    }).toString(),
  next: (answer) => {
    const { refresh_token }: { readonly refresh_token?: string } = JSON.parse(answer);
    return refresh_token;
  },
});

/** The mutation of the auth subgraph. */
export const mutationEndpoint = (url: string): Endpoint => ({
  url,
  headers: () => ({ "content-type": "application/json", accept: "application/json" }),
  body: ({ token }) =>
    JSON.stringify({
      query:
        "mutation Refresh($input: RefreshTokenInput) { refreshToken(input: $input) { accessToken refreshToken expiresIn } }",
      variables: { input: { refreshToken: token } },
    }),
  next: (answer) => {
    const parsed: {
      readonly data?: { readonly refreshToken?: { readonly refreshToken?: string } | null } | null;
    } = JSON.parse(answer);
    return parsed.data?.refreshToken?.refreshToken;
  },
});

/** Drives all chains at once for some seconds. @returns refreshes done @throws Error when any is refused */
export async function drive(endpoint: Endpoint, chains: readonly Chain[], seconds: number): Promise<number> {
  const dispatcher = new Agent({ connections: chains.length });
  const endsAt = performance.now() + seconds * 1000;
  let done = 0;
  try {
    await Promise.all(
      chains.map(async (chain) => {
        while (performance.now() < endsAt) {
          const { statusCode, body } = await request(endpoint.url, {
            method: "POST",
            headers: endpoint.headers(),
            body: endpoint.body(chain),
            dispatcher,
          });
          const answer = await body.text();
          const next = statusCode === 200 ? endpoint.next(answer) : undefined;
          if (next === undefined)
            throw new Error(`${endpoint.url} answered ${statusCode}: ${answer.slice(0, 200)}`);
          chain.token = next;
          done += 1;
        }
      }),
    );
  } finally {
    await dispatcher.close();
  }
  return done;
}
