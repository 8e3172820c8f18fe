import { describeMutants } from "./describe-mutants.js";
import { renewalMutants } from "./renewal.js";

describeMutants("in silent renewal or a session's history", renewalMutants);
