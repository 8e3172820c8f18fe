import { describeMutants } from "./describe-mutants.js";
import { pageServerMutants } from "./page-server.js";

describeMutants("in the gateway's side of the page", pageServerMutants);
