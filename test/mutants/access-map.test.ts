import { accessMapMutants } from "./access-map.js";
import { describeMutants } from "./describe-mutants.js";

describeMutants("in what the access map says, or in how its page shows it", accessMapMutants);
