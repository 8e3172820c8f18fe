import { describeMutants } from "./describe-mutants.js";
import { revocationSeamMutants } from "./revocation-seams.js";

describeMutants("on the seams of revocation", revocationSeamMutants);
