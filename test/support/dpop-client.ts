import { generateKeyPair, generateProof, type KeyPair } from "dpop";

export interface ProvenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>> | null;
    readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
  };
  /** How many requests it took: 2 when the first one lacked a nonce. */
  readonly requests: number;
}

/** A client that uses the package `dpop`, as its users do: it keeps the last nonce and repeats a request that lacks one. */
export interface ProvingClient {
  readonly keys: KeyPair;
  nonce: string | undefined;
  ask(query: string, variables?: object, accessToken?: string): Promise<ProvenAnswer>;
  /** `POST /oauth/token`. @returns status and body */
  token(form: Readonly<Record<string, string>>): Promise<{
    readonly status: number;
    readonly headers: Headers;
    readonly body: Readonly<Record<string, unknown>>;
  }>;
}

/**
 * @param origin - where requests are sent
 * @param publicUrl - what proofs name; default the origin
 */
export async function createProvingClient(
  origin: string,
  publicUrl = origin,
  algorithm: "ES256" | "Ed25519" | "PS256" | "RS256" = "ES256",
): Promise<ProvingClient> {
  const keys = await generateKeyPair(algorithm, { extractable: true });
  const send = async (
    path: string,
    init: { readonly headers: Record<string, string>; readonly body: string },
    accessToken?: string,
  ): Promise<{ readonly response: Response; readonly requests: number }> => {
    for (let requests = 1; ; requests += 1) {
      const proof = await generateProof(keys, `${publicUrl}${path}`, "POST", client.nonce, accessToken);
      const response = await fetch(`${origin}${path}`, {
        method: "POST",
        ...init,
        headers: {
          ...init.headers,
          dpop: proof,
          ...(accessToken === undefined ? {} : { authorization: `DPoP ${accessToken}` }),
        },
      });
      const before = client.nonce;
      client.nonce = response.headers.get("dpop-nonce") ?? before;
      const lacked = response.status === 401 || response.status === 400;
      if (requests > 1 || !lacked || client.nonce === before) return { response, requests };
      await response.arrayBuffer();
    }
  };
  const client: ProvingClient = {
    keys,
    nonce: undefined,
    async ask(query, variables = {}, accessToken) {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ query, variables });
      const { response, requests } = await send("/graphql", { headers, body }, accessToken);
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: JSON.parse(text), requests };
    },
    async token(form) {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const { response } = await send("/oauth/token", {
        headers,
        body: new URLSearchParams(form).toString(),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Record<string, unknown>, // a JSON object by RFC 6749 §5
      };
    },
  };
  return client;
}
