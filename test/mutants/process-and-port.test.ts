import { describeMutants } from "./describe-mutants.js";
import { processAndPortMutants } from "./process-and-port.js";

describeMutants("in how a process listens, logs, leaves and is replaced", processAndPortMutants);
