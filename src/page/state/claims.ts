/** What the page shows of an access token. It was not verified here: the gateway does that, for each request. */
export interface Claims {
  readonly subject: string | undefined;
  readonly sessionId: string | undefined;
  readonly scopes: readonly string[];
  /** Unix seconds. */
  readonly authTimeSeconds: number | undefined;
  readonly issuedAtSeconds: number | undefined;
  readonly expiresAtSeconds: number | undefined;
  /** All claims, for a view that lists them. */
  readonly all: Readonly<Record<string, unknown>>;
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const time = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** The claims of a JWT; `undefined` for a token that is none. */
export function claimsOf(accessToken: string): Claims | undefined {
  const payload = parsePayload(accessToken.split(".")[1]);
  if (payload === undefined) return undefined;
  return {
    subject: text(payload["sub"]),
    sessionId: text(payload["sid"]),
    scopes: (text(payload["scope"]) ?? "").split(" ").filter((scope) => scope !== ""),
    authTimeSeconds: time(payload["auth_time"]),
    issuedAtSeconds: time(payload["iat"]),
    expiresAtSeconds: time(payload["exp"]),
    all: payload,
  };
}

function parsePayload(part: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (part === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (each) =>
      each.charCodeAt(0),
    );
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>) // an object, checked above
      : undefined;
  } catch {
    return undefined;
  }
}
