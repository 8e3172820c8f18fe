import { describeMutants } from "./describe-mutants.js";
import { usersAndLimitsMutants } from "./users-and-limits.js";

describeMutants("in the counting of logins, in addresses or in the users file", usersAndLimitsMutants);
