import { ALICE } from "../people.js";
import { login, refresh } from "../sign-in.js";
import type { Step } from "../tour.js";

/** Reuse of an old refresh token ends the session: thief and owner cannot be told apart. */
export const thief: Step = {
  id: "thief",
  title: "A stolen refresh token",
  about:
    "Somebody who copied a refresh token of Alice uses it after she has. The gateway refuses it and ends the session, her live access token included.",
  panel: "live",
  seconds: () => 2,
  async run(tour) {
    const { ask, check, press } = tour;
    const first = await login(tour, ALICE);
    const early = await press("replay-stolen", { token: first.accessToken });
    check("before a refresh there is no used token to steal", early.status === 409, early);
    const { session: owner } = await refresh(tour, first.refreshToken);
    const { answered } = await press("replay-stolen", { token: owner.accessToken });
    check("the used refresh token is refused", answered?.code === "INVALID_GRANT", answered);
    check("with the reason SESSION_REUSED", answered?.reason === "SESSION_REUSED", answered);
    const again = await refresh(tour, owner.refreshToken);
    check(
      "the replay ended the session for its successor too",
      again.answer.errors[0]?.code === "INVALID_GRANT",
      again.answer.errors,
    );
    const after = await ask("{ me { name } }", { token: owner.accessToken });
    check(
      "and its live access token is refused at once",
      after.status === 401 && after.errors[0]?.reason === "TOKEN_REVOKED",
      after,
    );
  },
};
