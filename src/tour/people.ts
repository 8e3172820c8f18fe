/** The users of the demo, as the tour knows them. */
export interface Person {
  /** Their id in the graph's data, and the `sub` of their tokens. */
  readonly id: string;
  readonly username: string;
  readonly password: string;
}

/** Has every scope. */
export const ALICE: Person = { id: "u1", username: "alice", password: "wonderland" };
/** Has no scopes. */
export const BOB: Person = { id: "u2", username: "bob", password: "can-we-fix-it" };
