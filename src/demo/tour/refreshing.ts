import { at } from "../../tour/ask.js";
import { ALICE } from "../users.js";
import { login, refresh } from "./sign-in.js";
import type { Step } from "./tour.js";

const PARALLEL = 10;

/** Parallel refreshes of one client are harmless; reuse of an old refresh token ends the session. */
export const refreshing: Step = {
  title: "Refresh, and a stolen refresh token",
  async run(tour) {
    const { ask, check, demo } = tour;
    const first = await login(tour, ALICE);
    const renewals = await Promise.all(
      Array.from({ length: PARALLEL }, () => refresh(tour, first.refreshToken)),
    );
    const successors = new Set(renewals.map(({ session }) => session.refreshToken));
    check(
      "ten parallel refreshes all succeed",
      renewals.every(({ session }) => session.accessToken !== ""),
      renewals.map(({ answer }) => answer.errors),
    );
    check(
      "they all receive the same successor",
      successors.size === 1 && !successors.has(first.refreshToken),
      successors.size,
    );
    const [renewed] = renewals;
    check(
      "a refresh does not update the time of authentication",
      renewed?.session.authTime === first.authTime,
      renewed?.session.authTime,
    );
    const token = renewed?.session.accessToken ?? "";
    check(
      "the new access token is admitted",
      at((await ask("{ me { name } }", { token })).data, "me.name") === "Alice Archer",
    );
    const misused = await ask("{ me { name } }", { token: first.refreshToken });
    check("a refresh token is not accepted as an access token", misused.status === 401, misused.status);
    const forged = await refresh(tour, forge(first.refreshToken));
    check(
      "a forged refresh token is refused without a reason",
      forged.answer.errors[0]?.code === "INVALID_GRANT" && forged.answer.errors[0].reason === undefined,
      forged.answer.errors,
    );

    await tour.waitSeconds(demo.graceSeconds + 1.2);
    const replay = await refresh(tour, first.refreshToken);
    check(
      "the old refresh token is refused after the grace window",
      replay.answer.errors[0]?.code === "INVALID_GRANT",
      replay.answer.errors,
    );
    check(
      "with the reason SESSION_REUSED",
      replay.answer.errors[0]?.reason === "SESSION_REUSED",
      replay.answer.errors,
    );
    const owner = await refresh(tour, renewed?.session.refreshToken ?? "");
    check(
      "the replay ended the session for its successor too",
      owner.answer.errors[0]?.code === "INVALID_GRANT",
      owner.answer.errors,
    );
    const after = await ask("{ me { name } }", { token });
    check(
      "and its live access token is refused at once",
      after.status === 401 && after.errors[0]?.reason === "TOKEN_REVOKED",
      after,
    );
  },
};

/** Changes one character in the middle: the format stays valid, the MAC does not. */
const forge = (token: string): string => {
  const middle = Math.floor(token.length / 2);
  return `${token.slice(0, middle)}${token[middle] === "A" ? "B" : "A"}${token.slice(middle + 1)}`;
};
