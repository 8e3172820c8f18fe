import { DEMO_SCOPES } from "./graph.js";

export interface DemoUser {
  /** The same id as in the demo's data: what `sub` says is whom the subgraphs know. */
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly scopes: readonly string[];
}

/** Holds every scope. */
export const ALICE: DemoUser = { id: "u1", username: "alice", password: "wonderland", scopes: DEMO_SCOPES };
/** Holds none. */
export const BOB: DemoUser = { id: "u2", username: "bob", password: "can-we-fix-it", scopes: [] };

export const DEMO_USERS: readonly DemoUser[] = [ALICE, BOB];
