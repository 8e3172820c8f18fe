import { alice } from "./alice.js";
import { bob } from "./bob.js";
import { explained } from "./explained.js";
import { forgotten } from "./forgotten.js";
import { identities } from "./identities.js";
import { maxAge } from "./max-age.js";
import { mutation } from "./mutation.js";
import { refreshing } from "./refreshing.js";
import { revocation } from "./revocation.js";
import type { Step } from "./tour.js";
import { visitor } from "./visitor.js";

/** The whole tour. `maxAge` changes an email, so it comes after the steps that read it. */
export const STEPS: readonly Step[] = [
  visitor,
  bob,
  mutation,
  alice,
  refreshing,
  revocation,
  identities,
  maxAge,
  explained,
  forgotten,
];
