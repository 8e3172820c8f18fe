import { describeMutants } from "./describe-mutants.js";
import { sessionSeamMutants } from "./session-seams.js";

describeMutants("on the seams of a session", sessionSeamMutants);
