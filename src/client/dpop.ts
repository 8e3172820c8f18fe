import { credentialReason } from "./answer.js";
import type { FetchLike } from "./transport.js";

/** Keeps the key of a device. A key that cannot be exported can still be kept: IndexedDB stores the object itself. */
export interface KeyStorage {
  get(): Promise<CryptoKeyPair | undefined>;
  set(keys: CryptoKeyPair): Promise<void>;
}

export interface DpopOptions {
  /** The gateway's GraphQL endpoint, as in `server.publicUrls`: proofs are made for this address alone. */
  readonly url: string;
  /** Default: in memory, so that a session ends with the page. */
  readonly keys?: KeyStorage;
  /** Default: the global `fetch`. */
  readonly fetch?: FetchLike;
  /** Unix milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

/**
 * A `fetch` that proves possession of a key with every request (RFC 9449), so that stolen tokens are of no use. Give it
 * to `createSession({ fetch })` and to every adapter.
 *
 * The key is made once, cannot be exported, and never leaves this machine. `Authorization: Bearer` becomes `DPoP`.
 * A nonce that the gateway demands is remembered, and the request sent once more. Requests to other addresses are left
 * as they are.
 */
export function createDpopFetch({
  url,
  keys,
  fetch = (input, init) => globalThis.fetch(input, init),
  now = Date.now,
}: DpopOptions): FetchLike {
  let pair: Promise<CryptoKeyPair> | undefined;
  let nonce: string | undefined;

  const loadKeys = async (): Promise<CryptoKeyPair> => {
    const kept = await keys?.get();
    if (kept !== undefined) return kept;
    const made = (await crypto.subtle.generateKey(ALGORITHM, false, ["sign"])) as CryptoKeyPair; // an asymmetric algorithm
    await keys?.set(made);
    return made;
  };

  // RFC 9449 §4.2
  const proofOf = async (method: string, token: string | undefined): Promise<string> => {
    pair ??= loadKeys();
    const { privateKey, publicKey } = await pair;
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
    const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
    const claims = {
      jti: crypto.randomUUID(),
      htm: method,
      htu: url.replace(/[?#].*$/, ""),
      iat: Math.floor(now() / 1000),
      ...(nonce === undefined ? {} : { nonce }),
      ...(token === undefined ? {} : { ath: base64url(await sha256(token)) }),
    };
    const input = `${encode(header)}.${encode(claims)}`;
    const signature = await crypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" },
      privateKey,
      new TextEncoder().encode(input),
    );
    return `${input}.${base64url(signature)}`;
  };

  return async (input, init) => {
    if (input !== url && !input.startsWith(`${url}?`)) return fetch(input, init);
    const prove = async (): Promise<Response> => {
      const headers = new Headers(init.headers);
      const token = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1];
      if (token !== undefined) headers.set("authorization", `DPoP ${token}`);
      headers.set("dpop", await proofOf(init.method ?? "GET", token));
      const response = await fetch(input, { ...init, headers });
      nonce = response.headers.get("dpop-nonce") ?? nonce;
      return response;
    };
    const first = await prove();
    if (first.status !== 401 && first.status !== 400) return first;
    const body: unknown = await first
      .clone()
      .json()
      .catch(() => undefined);
    return credentialReason(body) === "DPOP_NONCE_REQUIRED" ? prove() : first;
  };
}

const sha256 = (text: string): Promise<ArrayBuffer> =>
  crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));

const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const encode = (value: object): string =>
  base64url(new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer); // made just now, not shared
