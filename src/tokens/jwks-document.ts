import { lookup } from "node:dns";
import { readFile } from "node:fs/promises";
import { get as httpGet, type IncomingMessage } from "node:http";
import { get as httpsGet } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isLoopbackHost, isPrivateAddress } from "./private-address.js";

/** TLS settings for the server of a key set, as PEM texts. */
export interface JwksTls {
  /** Certificate authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the certificate must have. Default: the host of the URL. */
  readonly servername?: string | undefined;
}

export interface JwksLocation {
  /** File path, `file:` URL, or https URL. */
  readonly jwks: string;
  /** Allow private addresses, and plain http to this machine. Default false. */
  readonly allowPrivateAddresses?: boolean;
  /** Default: the certificate authorities of the system. */
  readonly tls?: JwksTls | undefined;
}

const MAX_BYTES = 262_144;
const TIMEOUT_MS = 5_000;

export const isUrl = (location: string): boolean => /^https?:\/\//i.test(location);

export const isHttps = (location: string): boolean => /^https:\/\//i.test(location);

/** Why this location is not allowed, or `undefined`. Checked at start. */
export function locationProblem({ jwks, allowPrivateAddresses = false }: JwksLocation): string | undefined {
  if (!isUrl(jwks)) return undefined;
  if (!URL.canParse(jwks)) return "a URL that does not parse";
  const url = new URL(jwks);
  if (url.username !== "" || url.password !== "") return "a URL with credentials";
  if (url.protocol !== "https:" && !(allowPrivateAddresses && isLoopbackHost(url.hostname))) {
    return "a URL that is not https";
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!allowPrivateAddresses && (isLoopbackHost(host) || (isIP(host) !== 0 && isPrivateAddress(host)))) {
    return "a private address";
  }
  return undefined;
}

/**
 * Resolves a name like the system and refuses private addresses. The connection uses this very result, so the address
 * that was checked is the address that is used, even if the name changes in between (DNS rebinding).
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    if (addresses.some(({ address }) => isPrivateAddress(address))) {
      return callback(new Error("the host name resolves to a private address"), []);
    }
    if (options.all === true) return callback(null, addresses);
    const [first] = addresses;
    return first === undefined
      ? callback(new Error("the host name resolves to no address"), [])
      : callback(null, first.address, first.family);
  });
};

function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BYTES) response.destroy(new Error(`the key set is larger than ${MAX_BYTES} bytes`));
      else chunks.push(chunk);
    });
    response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    response.on("error", reject);
  });
}

function fetchText(url: URL, { allowPrivateAddresses = false, tls }: JwksLocation): Promise<string> {
  return new Promise((resolve, reject) => {
    const get = url.protocol === "https:" ? httpsGet : httpGet;
    const request = get(
      url,
      {
        headers: { accept: "application/jwk-set+json, application/json" },
        signal: AbortSignal.timeout(TIMEOUT_MS), // for the whole exchange, not per read
        agent: false,
        // Set explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
        ...tls,
        rejectUnauthorized: true,
        ...(allowPrivateAddresses ? {} : { lookup: publicLookup }),
      },
      (response) => {
        // node:http does not follow redirects, and neither do we: the operator allowed this URL only.
        if (response.statusCode !== 200) {
          response.destroy();
          reject(new Error(`the server of the key set answered with status ${response.statusCode}`));
          return;
        }
        readBody(response).then(resolve, reject);
      },
    );
    request.on("error", reject);
  });
}

/**
 * Reads a key set document from a file or over the network: https only, no redirects, at most 256 KiB in at most 5 s,
 * and no private address unless allowed.
 *
 * @throws Error with the reason; it quotes nothing of the document
 */
export async function readJwksDocument(location: JwksLocation): Promise<string> {
  const problem = locationProblem(location);
  if (problem !== undefined)
    throw new Error(`the location of the key set is ${problem}, which is not allowed`);
  if (isUrl(location.jwks)) {
    return fetchText(new URL(location.jwks), location);
  }
  return readFile(location.jwks.startsWith("file:") ? new URL(location.jwks) : location.jwks, "utf8");
}
