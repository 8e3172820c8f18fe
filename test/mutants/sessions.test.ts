import { describeMutants } from "./describe-mutants.js";
import { sessionMutants } from "./sessions.js";

describeMutants("in sessions, stores or the refresh token", sessionMutants);
