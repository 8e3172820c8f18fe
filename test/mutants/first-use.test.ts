import { describeMutants } from "./describe-mutants.js";
import { firstUseMutants } from "./first-use.js";

describeMutants("in what a newcomer meets first", firstUseMutants);
