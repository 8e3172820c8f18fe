import { alice } from "./steps/alice.js";
import { bob } from "./steps/bob.js";
import { explained } from "./steps/explained.js";
import { forgotten } from "./steps/forgotten.js";
import { freshness } from "./steps/freshness.js";
import { identities } from "./steps/identities.js";
import { maxAge } from "./steps/max-age.js";
import { mutation } from "./steps/mutation.js";
import { refreshing } from "./steps/refreshing.js";
import { revocation } from "./steps/revocation.js";
import { thief } from "./steps/thief.js";
import { visitor } from "./steps/visitor.js";
import type { Step } from "./tour.js";

export { runStep } from "./run-step.js";
export { createTourTools, type ToolOptions } from "./tools.js";
export type { Check, Step, StepPanel, TourDemo, TourTools } from "./tour.js";

/** The twelve steps. Each can be run alone and again: what it changes it puts back. */
export const TOUR: readonly Step[] = [
  visitor,
  bob,
  mutation,
  alice,
  freshness,
  refreshing,
  thief,
  revocation,
  identities,
  maxAge,
  explained,
  forgotten,
];
