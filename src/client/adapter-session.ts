import type { Session } from "./session.js";

/** The part of a session that adapters use. Without `stepUp` there is no prompt. */
export type AdapterSession = Pick<Session, "accessToken" | "refresh"> & Partial<Pick<Session, "stepUp">>;
