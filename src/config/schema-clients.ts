import { z } from "zod";
import { seconds } from "./ranges.js";
import { clientAuthSchema } from "./schema-client-auth.js";

const scopeToken = () =>
  z
    .string()
    // RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
    .regex(
      /^[\x21\x23-\x5b\x5d-\x7e]+$/,
      "a scope token without spaces, quotes or backslashes (RFC 6749 §3.3)",
    );

/** An origin as browsers send it: lower case, no path, no default port. */
const isOrigin = (text: string): boolean => {
  if (!/^https?:\/\/[^*]+$/.test(text)) return false;
  return URL.canParse(text) && new URL(text).origin === text;
};

const cookieSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, "1 to 32 letters, digits, `_` and `-`")
    .default("cardea")
    .describe("Cookies are named `__Host-<name>-at` and so on. Each cookie client needs its own name."),
  sameSite: z
    .enum(["lax", "strict", "none"])
    .default("lax")
    .describe("`none` requires `partitioned: true`: for applications that other sites embed."),
  partitioned: z.boolean().default(false).describe("Separate cookies for each embedding site (CHIPS)."),
  plainOnLocalhost: z
    .boolean()
    .default(false)
    .describe(
      "Cookies without `__Host-` and `Secure`, for WebKit on http://localhost. Refused in production.",
    ),
});

/** The settings of one client (`clients.<id>`). */
export const clientSchema = z.strictObject({
  delivery: z
    .enum(["bearer", "cookie"])
    .default("bearer")
    .describe("How the client receives its tokens: in the response body, or in cookies."),
  origins: z
    .array(z.string().refine(isOrigin, "an origin such as https://app.example.com, in lower case"))
    .default([])
    .describe(
      "Origins of the browser application; exact, no patterns. They may call the gateway (CORS). Required for `cookie`; each belongs to one cookie client.",
    ),
  cookie: cookieSchema.optional().describe("Names and attributes of the cookies, for `delivery: cookie`."),
  access: z
    .enum(["jwt", "opaque"])
    .optional()
    .describe("Format of its access tokens. Default: `tokens.format`; for `delivery: cookie` opaque."),
  login: z
    .array(z.enum(["password"]))
    .default(["password"])
    .describe("Login methods that this client may use. An empty list: nobody signs in with it."),
  refresh: z.boolean().default(true).describe("false: this client gets no refresh token."),
  accessTtlSeconds: seconds().optional().describe("Default: `tokens.accessTtlSeconds`."),
  absoluteSeconds: seconds()
    .optional()
    .describe("Lifetime of its sessions from login. Default, and at most: `sessions.absoluteSeconds`."),
  scopes: z
    .array(scopeToken())
    .optional()
    .describe("The client gets at most these scopes. Absent: all scopes of the user."),
  dpop: z
    .enum(["off", "allowed", "required"])
    .default("off")
    .describe(
      "Are the tokens of this client bound to a key (DPoP, RFC 9449)? `allowed`: when the login comes with a proof. `required`: a login without one is refused.",
    ),
  renewal: z
    .strictObject({
      windowSeconds: seconds().describe(
        "An access token may be renewed this long before and after its expiry. At most `tokens.clockToleranceSeconds`.",
      ),
      limitSeconds: seconds().describe(
        "Renewed tokens end this long after the last proof of identity. At most `sessions.idleSeconds`.",
      ),
    })
    .optional()
    .describe("Silent renewal of access tokens; requires `refresh: false`. Absent: off."),
  auth: clientAuthSchema
    .optional()
    .describe(
      "The client must prove who it is at `/oauth/*`, and at the GraphQL endpoint by the header `cardea-client-assertion`. Absent: a public client.",
    ),
  introspect: z
    .boolean()
    .default(false)
    .describe("The client may ask `/oauth/introspect` about tokens (RFC 7662). Requires `auth`."),
});

/** The parsed settings of one client. */
export type ClientConfig = z.output<typeof clientSchema>;
