import { describeMutants } from "./describe-mutants.js";
import { tokenMutants } from "./tokens.js";

describeMutants("in tokens, identity or credentials", tokenMutants);
