import type { Command } from "commander";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import type { OutsideRevocation } from "../domain/revocation.js";
import type { UnixSeconds } from "../domain/time.js";
import { actOnStore, type ConfigFlag, loadOperatorConfig, pendingLines, withConfigFlag } from "./operator.js";
import { EXIT, type ExitCode, printResult, UsageError } from "./output.js";
import type { VerbContext, VerbInput } from "./verb.js";

interface RevokeOutsideFlags extends ConfigFlag {
  readonly subject?: string;
  readonly session?: string;
  readonly token?: string;
}

/** `cardea sessions revoke-outside`: revokes tokens of an outside issuer, which have no session of ours. */
export function registerRevokeOutside(sessions: Command, context: VerbContext): void {
  context.run<RevokeOutsideFlags>(
    withConfigFlag(
      sessions
        .command("revoke-outside")
        .description("refuse tokens of an outside issuer, on every gateway, until they have expired")
        .argument("<issuer>", "the issuer, as in the configuration (`issuers[].issuer`)")
        .option("--subject <sub>", "every token of this subject issued so far")
        .option("--session <sid>", "every token with this `sid`")
        .option("--token <jti>", "the token with this `jti`"),
    ),
    revokeOutside,
  );
}

async function revokeOutside({
  options,
  args,
  terminal,
  environment,
}: VerbInput<RevokeOutsideFlags>): Promise<ExitCode> {
  const [issuer = ""] = args;
  const names = [options.subject, options.session, options.token].filter((name) => name !== undefined);
  if (names.length !== 1 || names[0] === "")
    throw new UsageError("revoke-outside requires exactly one of --subject, --session and --token");
  const config = await loadOperatorConfig(options, environment);
  const entry = entryOf(issuer, options, config, Math.ceil(Date.now() / 1000));
  const { confirmed } = await actOnStore(config, ({ sessions, policy }) =>
    sessions.revokeOutside(entry, policy),
  );
  printResult(terminal, options.json === true, { ...entry, confirmed }, () => [
    `${names[0]} of ${issuer} is refused on every gateway until ${new Date(entry.until * 1000).toISOString()}`,
    ...pendingLines(confirmed),
  ]);
  return EXIT.ok;
}

/**
 * Builds the revocation, which lasts until the last possible expiry of the issuer's tokens.
 *
 * @throws ConfigError for an issuer that is not configured: its tokens are refused already, or its name is misspelt
 */
function entryOf(
  issuer: string,
  { subject, session, token }: RevokeOutsideFlags,
  { issuers, tokens }: CardeaConfig,
  now: UnixSeconds,
): OutsideRevocation {
  const known = issuers.find((each) => each.issuer === issuer);
  if (known === undefined)
    throw new ConfigError([
      {
        kind: "UNKNOWN_ISSUER",
        where: "issuers",
        found: JSON.stringify(issuer),
        allowed: issuers.map((each) => each.issuer).join(", ") || "none is configured",
        fix: "write it exactly as in `issuers[].issuer`",
      },
    ]);
  const tolerance = tokens.clockToleranceSeconds;
  // The issuer's clock may be ahead of ours within the tolerance, so its tokens may have a later `iat`.
  const notBefore = now + tolerance;
  const until = notBefore + known.maxTtlSeconds + tolerance;
  if (subject !== undefined) return { kind: "subject", issuer, subject, notBefore, until };
  if (session !== undefined) return { kind: "outsideSession", issuer, sessionId: session, until };
  return { kind: "token", issuer, tokenId: token ?? "", until };
}
