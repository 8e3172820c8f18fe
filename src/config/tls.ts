import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { Problem } from "../domain/errors.js";
import { describe } from "./problems.js";
import type { References } from "./references.js";

/** PEM texts and a server name, as described in `schema-transport.ts`. */
export interface TlsConfig {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Resolves the references of a TLS section and checks the certificates, so that an unusable one is reported at start
 * and not at the first handshake.
 *
 * @param where - path of the section, e.g. `transport.tls`
 */
export function resolveTls(
  where: string,
  tls: TlsConfig | undefined,
  references: References,
  problems: Problem[],
): TlsConfig | undefined {
  if (tls === undefined) return undefined;
  const read = (name: "ca" | "cert" | "key"): string | undefined => {
    const value = tls[name];
    return value === undefined ? undefined : references.read(`${where}.${name}`, value);
  };
  const resolved = { ...tls, ca: read("ca"), cert: read("cert"), key: read("key") };
  problems.push(...problemsOf(where, resolved));
  return resolved;
}

function problemsOf(where: string, { ca, cert, key }: TlsConfig): readonly Problem[] {
  const problems: Problem[] = [];
  // An unreadable reference is an empty text here and has been reported already.
  if (ca !== undefined && ca !== "" && !areCertificates(ca))
    problems.push(unusable(`${where}.ca`, ca, "one or more certificates in PEM"));
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? "cert" : "key";
    problems.push({
      kind: "MISSING_SETTING",
      where: `${where}.${missing}`,
      found: "nothing",
      allowed: "cert and key together, or neither",
      fix: `set ${where}.${missing}`,
    });
  }
  if (cert !== undefined && cert !== "" && key !== undefined && key !== "" && !isPair(cert, key))
    problems.push(unusable(`${where}.cert`, cert, "a certificate in PEM and the private key it belongs to"));
  return problems;
}

/** OpenSSL ignores certificates it cannot read. With an empty list every connection would fail without an explanation. */
function areCertificates(pem: string): boolean {
  const blocks = pem.match(PEM_CERTIFICATE) ?? [];
  try {
    return blocks.length > 0 && blocks.every((block) => new X509Certificate(block) !== undefined);
  } catch {
    return false;
  }
}

function isPair(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}

const unusable = (where: string, value: string, allowed: string): Problem => ({
  kind: "INVALID_SETTING",
  where,
  found: describe(value),
  allowed,
  fix: `correct ${where}`,
});
