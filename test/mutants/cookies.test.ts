import { cookieMutants } from "./cookies.js";
import { describeMutants } from "./describe-mutants.js";

describeMutants("in cookie mode", cookieMutants);
