import { describeMutants } from "./describe-mutants.js";
import { pagePanelsMutants } from "./page-panels.js";

describeMutants("in the panels of the page", pagePanelsMutants);
