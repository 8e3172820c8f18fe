import { readFile } from "node:fs/promises";
import { Agent, fetch, type Response } from "undici";
import type { SubgraphSource } from "../config/resolve.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import type { TlsSettings } from "../federation/subgraph/transport/settings.js";

/** A subgraph as composition needs it. */
export interface SubgraphSdl {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

export interface SdlOptions {
  /** Deadline of one request. Default 5000. */
  readonly timeoutMs?: number;
  /** Headers of the request: the passage token of the gateway, if there is a gateway. Default: none. */
  readonly headersFor?: (
    subgraph: string,
  ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** TLS settings, the same as for operations. Default: the certificate authorities of the system. */
  readonly tlsFor?: (subgraph: string) => TlsSettings | undefined;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const MAX_SDL_BYTES = 16_777_216;
/** Statuses of a subgraph that verifies the gateway and refuses it. The body need not be JSON. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403]);
const QUERY = "query CardeaSubgraphSdl { _service { sdl } }";

/**
 * The SDL of each subgraph: from its file, or from the subgraph itself with `_service { sdl }`.
 *
 * @throws ConfigError with one problem for each subgraph whose SDL cannot be read
 */
export async function loadSubgraphs(
  sources: readonly SubgraphSource[],
  options: SdlOptions = {},
): Promise<readonly SubgraphSdl[]> {
  const problems: Problem[] = [];
  const loaded = await Promise.all(
    sources.map(async (source): Promise<SubgraphSdl | undefined> => {
      try {
        const sdl =
          source.sdlPath === undefined
            ? await fetchSdl(source, options)
            : await readFile(source.sdlPath, "utf8");
        return { name: source.name, url: source.url, sdl };
      } catch (error) {
        problems.push(problemOf(source, error));
        return undefined;
      }
    }),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return loaded.filter((subgraph) => subgraph !== undefined);
}

/** Requests the SDL of a subgraph. The SDL becomes our schema, so redirects are refused and the size is limited. */
async function fetchSdl({ name, url }: SubgraphSource, options: SdlOptions): Promise<string> {
  const dispatcher = new Agent({
    connect: { ...options.tlsFor?.(name), minVersion: "TLSv1.2", rejectUnauthorized: true },
  });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        ...(await options.headersFor?.(name)),
        "content-type": "application/json",
        accept: "application/json",
      },
      body: JSON.stringify({ query: QUERY, operationName: "CardeaSubgraphSdl" }),
      redirect: "error",
      signal: AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
      dispatcher,
    });
    const text = await readBounded(response);
    if (REFUSALS.has(response.status)) throw new NoSdlError(response.status);
    const sdl = sdlOf(parse(text));
    if (sdl === undefined) throw new NoSdlError(response.status);
    return sdl;
  } finally {
    await dispatcher.destroy();
  }
}

class NoSdlError extends TypeError {
  constructor(readonly status: number) {
    super(`HTTP ${status} without data._service.sdl`);
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const part = chunk as Uint8Array; // a byte stream, by the Fetch standard
    bytes += part.length;
    if (bytes > MAX_SDL_BYTES) throw new TypeError(`an answer of more than ${MAX_SDL_BYTES} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError("an answer that is not JSON");
  }
}

function sdlOf(body: unknown): string | undefined {
  let current = body;
  for (const member of ["data", "_service", "sdl"]) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, member)) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[member]; // checked above
  }
  return typeof current === "string" && current !== "" ? current : undefined;
}

function problemOf({ name, url, sdlPath }: SubgraphSource, error: unknown): Problem {
  const file = sdlPath !== undefined;
  return {
    kind: "NO_SDL",
    subgraph: name,
    where: sdlPath ?? url,
    found: reasonOf(error),
    allowed: file ? "a readable SDL file" : "a subgraph that answers { _service { sdl } }",
    fix: file ? "check the path" : fixOf(error),
  };
}

const fixOf = (error: unknown): string =>
  error instanceof NoSdlError && REFUSALS.has(error.status)
    ? "the subgraph refuses this gateway: configure it to verify the issuer of this gateway (identity.issuer, else <tokens.issuer>/identity, else http://localhost:<server.port>/identity) and use the keys of that issuer (identity.keys, --config), or give its SDL as a file"
    : "start the subgraph, check its URL, or give its SDL as a file";

/** The reason is in the cause of an error of `fetch`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "an unknown failure";
  if (error.name === "TimeoutError") return "no answer in time";
  const cause: unknown = error.cause;
  const code =
    typeof cause === "object" && cause !== null && "code" in cause
      ? cause.code
      : "code" in error
        ? error.code
        : undefined;
  return typeof code === "string" ? `${code}` : error.message;
}
