import { describeMutants } from "./describe-mutants.js";
import { frontDoorMutants } from "./front-door.js";

describeMutants("in the HTTP endpoints, the configuration or the log", frontDoorMutants);
