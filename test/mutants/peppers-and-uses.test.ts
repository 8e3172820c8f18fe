import { describeMutants } from "./describe-mutants.js";
import { pepperAndUseMutants } from "./peppers-and-uses.js";

describeMutants("in uses of tokens and the board of peppers", pepperAndUseMutants);
