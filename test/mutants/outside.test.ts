import { describeMutants } from "./describe-mutants.js";
import { outsideMutants } from "./outside.js";

describeMutants("in outside issuers, histories or what a start refuses", outsideMutants);
