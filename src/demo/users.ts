import { DEMO_SCOPES } from "./graph.js";

export interface DemoUser {
  /** The same id as in the demo's data, and the `sub` of tokens. */
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly scopes: readonly string[];
}

/** Has every scope. */
export const ALICE: DemoUser = { id: "u1", username: "alice", password: "wonderland", scopes: DEMO_SCOPES };
/** Has no scopes. */
export const BOB: DemoUser = { id: "u2", username: "bob", password: "can-we-fix-it", scopes: [] };

export const DEMO_USERS: readonly DemoUser[] = [ALICE, BOB];
