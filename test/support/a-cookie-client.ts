import { clientId } from "../../src/domain/brand.js";
import type { CookieClient } from "../../src/domain/client-policy.js";

/** A cookie client `id`, whose cookies have its name. */
export const aCookieClient = (
  id = "web",
  origins: readonly string[] = ["https://app.example.com"],
): CookieClient => ({
  id: clientId(id),
  delivery: "cookie",
  origins,
  cookie: { name: id, sameSite: "lax", partitioned: false, plain: false },
  access: "opaque",
  isConfidential: false,
  mayIntrospect: false,
  login: new Set(["password"]),
  refresh: true,
  accessTtlSeconds: 300,
  absoluteSeconds: 3600,
  dpop: "off",
});
