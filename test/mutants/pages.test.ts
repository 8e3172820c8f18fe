import { describeMutants } from "./describe-mutants.js";
import { pagesMutants } from "./pages.js";

describeMutants("in the pages of a user's sessions", pagesMutants);
