import { describeMutants } from "./describe-mutants.js";
import { pageMutants } from "./page.js";

describeMutants("in the page", pageMutants);
