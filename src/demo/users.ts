import { ALICE as ALICE_OF_TOUR, BOB as BOB_OF_TOUR, type Person } from "../tour/people.js";
import { DEMO_SCOPES } from "./graph.js";

export interface DemoUser extends Person {
  readonly scopes: readonly string[];
  /** What this user is there to show. */
  readonly about: string;
}

export const ALICE: DemoUser = {
  ...ALICE_OF_TOUR,
  scopes: DEMO_SCOPES,
  about: "Has every scope. What is refused to her needs a fresh proof of identity.",
};
export const BOB: DemoUser = {
  ...BOB_OF_TOUR,
  scopes: [],
  about: "Is signed in and has no scope. Fields that ask for one are refused to him.",
};

export const DEMO_USERS: readonly DemoUser[] = [ALICE, BOB];
