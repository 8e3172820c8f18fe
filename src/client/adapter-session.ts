import type { Session } from "./session-api.js";

/** The part of a session that adapters use. Without `stepUp` there is no prompt, without `delivery` it is `bearer`. */
export type AdapterSession = Pick<Session, "accessToken" | "refresh"> &
  Partial<Pick<Session, "stepUp" | "delivery" | "url">>;
