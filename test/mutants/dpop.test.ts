import { describeMutants } from "./describe-mutants.js";
import { dpopMutants } from "./dpop.js";

describeMutants("in proofs and in bound tokens", dpopMutants);
