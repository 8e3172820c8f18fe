import { describeMutants } from "./describe-mutants.js";
import { oauthMutants } from "./oauth.js";

describeMutants("in client authentication or at an OAuth endpoint", oauthMutants);
