import { describeMutants } from "./describe-mutants.js";
import { signOutMutants } from "./sign-out.js";

describeMutants("in signing out or in the client helper", signOutMutants);
