import { DEFAULT_TENANT } from "../domain/brand.js";
import { isScopeToken, REGISTERED_CLAIMS, RESERVED_SCOPE_PREFIX } from "../domain/claims.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import type { Clock, Seconds, UnixSeconds } from "../domain/time.js";
import { isVerifyingAlgorithm } from "./algorithms.js";
import type { Judgement } from "./judgement.js";
import { isHttps, locationProblem, readJwksDocument } from "./jwks-document.js";
import type { UnverifiedJws } from "./jws.js";
import type { OutsideIssuerConfig } from "./outside-issuer-config.js";
import { createOutsideKeys } from "./outside-keys.js";
import { judgeOutsideJwt } from "./outside-token.js";
import { readJwks } from "./public-keys.js";

export interface OutsideIssuer {
  /** Reads its keys in advance. @returns why they cannot be read, or `undefined` */
  prepare(): Promise<string | undefined>;
  judge(jws: UnverifiedJws, now: UnixSeconds): Judgement | Promise<Judgement>;
}

function problemsOf(
  config: OutsideIssuerConfig,
  reserved: readonly string[],
  seen: ReadonlySet<string>,
  knowsUsers: boolean,
): Problem[] {
  const where = `issuers[${config.issuer}]`;
  const problems: Problem[] = [];
  const add = (part: string, found: string, allowed: string, fix: string): void => {
    problems.push({ kind: "BAD_ISSUER", where: `${where}.${part}`, found, allowed, fix });
  };
  if (reserved.includes(config.issuer)) {
    // Our identity tokens must never be accepted as access tokens (RFC 8725 §3.12).
    add("issuer", "an issuer of this gateway", "an outside issuer", "remove the entry");
  }
  if (config.issuer.includes("|")) {
    // Subgraphs receive `<issuer>|<sub>`: with a `|` in the issuer two subjects could look the same.
    add("issuer", "an issuer with a `|` in it", "an issuer without `|`", "change the `iss` of its tokens");
  }
  if (knowsUsers && !config.issuer.includes("://")) {
    // The users file refuses ids that look like `<issuer>|<sub>`, and recognises them only by a URL as issuer.
    add(
      "issuer",
      "a text that is not a URL, together with local users",
      "an issuer such as https://idp.example (OpenID Connect requires a URL)",
      "configure the issuer to use its URL, or serve its callers with a gateway without local users",
    );
  }
  if (seen.has(config.issuer)) {
    add(
      "issuer",
      "the same issuer twice",
      "one entry per issuer",
      "merge the entries; `audience` may be a list",
    );
  }
  const audiences = [config.audience ?? []].flat().filter((audience) => audience.length > 0);
  if (audiences.length === 0 && config.anyAudience !== true) {
    add(
      "audience",
      "no audience",
      "at least one, or anyAudience: true",
      "set the audience that its tokens for this gateway have",
    );
  }
  if (audiences.length > 0 && config.anyAudience === true) {
    add("anyAudience", "true, together with an audience", "one of the two", "remove anyAudience");
  }
  for (const name of Object.keys(config.claims ?? {})) {
    if (REGISTERED_CLAIMS.has(name))
      add("claims", name, "names that no standard reserves", "choose another name");
  }
  if (config.algorithms?.length === 0 || config.algorithms?.every(isVerifyingAlgorithm) === false) {
    add(
      "algorithms",
      "an empty list, or an algorithm that is not supported",
      "asymmetric JWS algorithms",
      "list for example ES256, RS256",
    );
  }
  const { subject = "deny" } = config;
  if (subject !== "deny" && (subject.claim ?? "sub") !== "sub" && subject.verified === undefined) {
    add(
      "subject.verified",
      `nothing, together with subject.claim: ${subject.claim}`,
      "the claim that states that it was verified, such as email_verified",
      "set that claim, or map by `sub`",
    );
  }
  if (subject !== "deny" && !knowsUsers) {
    add(
      "subject",
      "a rule that maps to local users, without local users",
      "deny, or a users file",
      "set users.path, or subject: deny",
    );
  }
  const location = locationProblem(config);
  if (location !== undefined) {
    add(
      "jwks",
      location,
      "a file, or an https URL with a public address",
      "use a public https URL, or set allowPrivateAddresses",
    );
  }
  if (config.tls !== undefined && !isHttps(config.jwks)) {
    add("tls", "TLS settings for a URL that is not https", "an https URL", "use https, or remove tls");
  }
  const granted = [...(config.scopes?.allow ?? []), ...Object.values(config.scopes?.map ?? {}).flat()];
  for (const scope of granted) {
    if (scope.startsWith(RESERVED_SCOPE_PREFIX) || !isScopeToken(scope)) {
      add("scopes", JSON.stringify(scope), "scope tokens that do not begin with `cardea:`", "remove it");
    }
  }
  return problems;
}

/**
 * Creates the outside issuers that verify tokens, by their `iss`.
 *
 * @throws ConfigError with every problem at once
 */
export function createOutsideIssuers(
  configs: readonly OutsideIssuerConfig[],
  rules: {
    readonly reservedIssuers: readonly string[];
    readonly clock: Clock;
    readonly clockToleranceSeconds: Seconds;
    /** True when there is a user directory to which subjects can be mapped. */
    readonly knowsUsers: boolean;
  },
): ReadonlyMap<string, OutsideIssuer> {
  const issuers = new Map<string, OutsideIssuer>();
  const problems: Problem[] = [];
  for (const config of configs) {
    const found = problemsOf(config, rules.reservedIssuers, new Set(issuers.keys()), rules.knowsUsers);
    problems.push(...found);
    if (found.length > 0) continue;
    const algorithms = config.algorithms ?? ["ES256", "RS256"];
    const name = `${config.issuer} at ${config.jwks}`;
    const load = async () => readJwks(await readJwksDocument(config), algorithms);
    const token = {
      issuer: config.issuer,
      audiences: config.anyAudience === true ? undefined : [config.audience ?? []].flat(),
      claims: config.claims ?? {},
      maxTtlSeconds: config.maxTtlSeconds ?? 86_400,
      scopes: config.scopes ?? {},
      trustAuthTime: config.trustAuthTime ?? false,
      subject: config.subject ?? "deny",
      clockToleranceSeconds: rules.clockToleranceSeconds,
      tenant: DEFAULT_TENANT,
      keys: createOutsideKeys(name, load, rules.clock),
    };
    issuers.set(config.issuer, {
      judge: (jws, now) => judgeOutsideJwt(jws, token, now),
      prepare: token.keys.prepare,
    });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return issuers;
}
