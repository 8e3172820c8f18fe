import { createHmac, timingSafeEqual } from "node:crypto";
import type { SessionId } from "../../domain/brand.js";

/** Tokens that prove that a form was written for this session. They are of no use in any other session. */
export interface FormTokens {
  issue(session: SessionId): string;
  isValid(session: SessionId, token: string | undefined): boolean;
}

/**
 * A form token is a MAC of the session id, so it needs no store, and every gateway with the same secrets accepts it.
 *
 * @param secrets - the first issues, the others are still accepted
 */
export function createFormTokens(secrets: readonly Uint8Array[]): FormTokens {
  const keys = secrets.map((secret) => createHmac("sha256", secret).update("cardea/account/form/1").digest());
  const macOf = (key: Uint8Array, session: SessionId): Buffer =>
    createHmac("sha256", key).update(session).digest();
  return {
    issue(session) {
      const [key] = keys;
      if (key === undefined) throw new TypeError("there is no secret for form tokens; give at least one");
      return macOf(key, session).toString("base64url");
    },
    isValid(session, token) {
      const presented = Buffer.from(token ?? "", "base64url");
      return keys.some((key) => {
        const expected = macOf(key, session);
        return presented.length === expected.length && timingSafeEqual(presented, expected);
      });
    },
  };
}
