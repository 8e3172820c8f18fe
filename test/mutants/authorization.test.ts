import { authorizationMutants } from "./authorization.js";
import { describeMutants } from "./describe-mutants.js";

describeMutants("in authorization or composition", authorizationMutants);
