import { describeMutants } from "./describe-mutants.js";
import { lostGuardMutants } from "./lost-guards.js";

describeMutants("where guards and passwords get lost", lostGuardMutants);
