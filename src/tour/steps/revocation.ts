import { at } from "../ask.js";
import { ALICE } from "../people.js";
import { login, refresh } from "../sign-in.js";
import type { Step } from "../tour.js";

/** Ending a session also ends the tokens already issued. */
export const revocation: Step = {
  id: "revocation",
  title: "Revocation",
  about:
    "Signs Alice in on two devices, and ends one session from the other. Its access token is refused at once, though it has not expired.",
  panel: "you",
  seconds: () => 3,
  async run(tour) {
    const { ask, check, mark, since } = tour;
    const laptop = await login(tour, ALICE);
    const phone = await login(tour, ALICE);
    const list = await ask("{ sessions { id current device } }", { token: laptop.accessToken });
    const ids =
      (at(list.data, "sessions") as readonly unknown[] | undefined)?.map((each) => at(each, "id")) ?? [];
    check("her sessions are listed", ids.includes(laptop.sessionId) && ids.includes(phone.sessionId), list);

    const revoked = await ask("mutation End($id: ID) { revokeSession(id: $id) { status revoked } }", {
      token: laptop.accessToken,
      variables: { id: phone.sessionId },
    });
    check(
      "one of them is ended from the other",
      at(revoked.data, "revokeSession.status") === "DONE" && at(revoked.data, "revokeSession.revoked") === 1,
      revoked,
    );
    const before = await mark();
    const after = await ask("{ me { name } products { name } }", { token: phone.accessToken });
    check("its live access token is refused at once", after.status === 401, after.status);
    check("as TOKEN_REVOKED", after.errors[0]?.reason === "TOKEN_REVOKED", after.errors);
    check("before anything ran", (await since(before)).length === 0);
    check(
      "WWW-Authenticate has invalid_token",
      after.wwwAuthenticate.includes('error="invalid_token"'),
      after.wwwAuthenticate,
    );
    const dead = await refresh(tour, phone.refreshToken);
    check(
      "its refresh token is refused",
      dead.answer.errors[0]?.code === "INVALID_GRANT",
      dead.answer.errors,
    );
    const alive = await ask("{ me { name } }", { token: laptop.accessToken });
    check("the other session continues", at(alive.data, "me.name") === "Alice Archer", alive);
    const foreign = await ask(
      'mutation { revokeSession(id: "bm90LXlvdXJzLW5vdC15b3VycyE") { status revoked } }',
      { token: laptop.accessToken },
    );
    check(
      "ending an unknown session does nothing and returns DONE",
      at(foreign.data, "revokeSession.revoked") === 0,
      foreign,
    );
    await ask("mutation { revokeSession { status } }", { token: laptop.accessToken });
    const out = await ask("{ me { name } }", { token: laptop.accessToken });
    check("signing out ends the caller's own token", out.status === 401, out.status);
  },
};
