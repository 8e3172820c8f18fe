import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { Problem } from "../domain/errors.js";
import { describe } from "./problems.js";
import type { References } from "./references.js";

/** PEM texts and a name, as `schema-transport.ts` describes them. */
export interface TlsConfig {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Reads the references of a TLS section and tries what they hold: a certificate that cannot be used is told at start,
 * not at the first handshake.
 *
 * @param where - the section, e.g. `transport.tls`
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
  // What could not be read is an empty text, and a problem already.
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

/** OpenSSL skips what it cannot read in a list of authorities; a list of none would trust nobody, without a word. */
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
