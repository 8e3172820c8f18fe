import { at } from "../ask.js";
import { ALICE } from "../people.js";
import { login, refresh } from "../sign-in.js";
import type { Step } from "../tour.js";

const PARALLEL = 10;

/** Parallel refreshes of one client are harmless. */
export const refreshing: Step = {
  id: "refreshing",
  title: "Ten refreshes at once",
  about:
    "Refreshes one session ten times at once, as ten tabs would. All get the same successor, and nobody is signed out.",
  panel: "live",
  seconds: () => 2,
  async run(tour) {
    const { ask, check } = tour;
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
  },
};

/** Changes one character in the middle: the format stays valid, the MAC does not. */
const forge = (token: string): string => {
  const middle = Math.floor(token.length / 2);
  return `${token.slice(0, middle)}${token[middle] === "A" ? "B" : "A"}${token.slice(middle + 1)}`;
};
