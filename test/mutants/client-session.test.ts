import { clientSessionMutants } from "./client-session.js";
import { describeMutants } from "./describe-mutants.js";

describeMutants("in the session of a client", clientSessionMutants);
