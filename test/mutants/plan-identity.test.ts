import { describeMutants } from "./describe-mutants.js";
import { planIdentityMutants } from "./plan-identity.js";

describeMutants("in what a plan belongs to", planIdentityMutants);
