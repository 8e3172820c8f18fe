import type { TenantId } from "../domain/brand.js";
import type { UnixSeconds } from "../domain/time.js";
import type { User } from "./user-directory.js";

/** A user proved their identity. */
export interface Proven {
  readonly kind: "proven";
  readonly user: User;
  readonly authTime: UnixSeconds;
  readonly acr?: string;
  /** RFC 8176 values, e.g. `pwd`. */
  readonly amr: readonly string[];
}

/** The proof failed. `reason` is for the log; to the client all reasons look the same. */
export interface NotProven {
  readonly kind: "refused";
  readonly reason: "unknown user" | "wrong password" | "locked" | "disabled" | "no password";
  readonly user?: User;
}

/** Port: password → user, or refusal. Does the same work for unknown users as for known ones. */
export interface PasswordProvider {
  prove(tenant: TenantId, username: string, password: string): Promise<Proven | NotProven>;
  /** For step-up: the user is known from the session. */
  proveUser(user: User, password: string): Promise<Proven | NotProven>;
}
