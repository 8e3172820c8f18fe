import { abstractPositionMutants } from "./abstract-positions.js";
import { describeMutants } from "./describe-mutants.js";

describeMutants("in abstract positions or in what texts name", abstractPositionMutants);
