import { ELEVATION_CASES } from "./elevation-cases.js";
import { LIFE_CASES } from "./life-cases.js";
import { LOST_ANSWER_CASES } from "./lost-answer-cases.js";
import { RENEWAL_CASES } from "./renewal-cases.js";
import { REVOCATION_CASES } from "./revocation-cases.js";
import { ROTATION_CASES } from "./rotation-cases.js";
import { TIMELINE_CASES } from "./timeline-cases.js";

export type { ContractCase, TimedSubject } from "./contract.js";
export { ContractError } from "./contract.js";
export { LIMITER_CASES, type LimiterSubject } from "./limiter-contract.js";
export { type Chain, createChain, createCommand, elevateCommand, rotateCommand } from "./session-script.js";
export type { SessionStoreSubject } from "./session-store-subject.js";

/** The requirements of every session store. Run each case with your test runner. */
export const SESSION_STORE_CASES = [
  ...ROTATION_CASES,
  ...LOST_ANSWER_CASES,
  ...ELEVATION_CASES,
  ...REVOCATION_CASES,
  ...LIFE_CASES,
  ...TIMELINE_CASES,
  ...RENEWAL_CASES,
];
