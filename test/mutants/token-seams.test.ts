import { describeMutants } from "./describe-mutants.js";
import { tokenSeamMutants } from "./token-seams.js";

describeMutants("on the seams of tokens", tokenSeamMutants);
