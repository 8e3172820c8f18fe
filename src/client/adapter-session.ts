import type { Session } from "./session.js";

/** What adapters use of a session; one without `stepUp` never prompts. */
export type AdapterSession = Pick<Session, "accessToken" | "refresh"> & Partial<Pick<Session, "stepUp">>;
