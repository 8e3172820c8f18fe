import { z } from "zod";
import { tlsSchema } from "./schema-transport.js";

/** How a confidential client authenticates (`clients.<id>.auth`). */
export const clientAuthSchema = z.strictObject({
  method: z
    .enum(["client_secret_basic", "private_key_jwt"])
    .describe("The one method that the client may use (RFC 6749 §2.3.1, RFC 7523 §2.2)."),
  secrets: z
    .array(z.string().min(1))
    .min(1)
    .max(2)
    .optional()
    .describe(
      "`env:`/`file:` references to one secret, or to two while the client changes it; at least 32 random characters each. Required for `client_secret_basic`.",
    ),
  jwks: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Public keys of the client (JWKS): a file, relative to this one, or an https URL. Required for `private_key_jwt`.",
    ),
  allowPrivateAddresses: z
    .boolean()
    .optional()
    .describe("The URL of `jwks` may resolve to private addresses. Default: true, in production false."),
  tls: tlsSchema().optional().describe("TLS of the URL of `jwks`, which must be https."),
});
