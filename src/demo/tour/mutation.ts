import { at, codeAt } from "../../tour/ask.js";
import { BOB } from "../users.js";
import { login } from "./sign-in.js";
import type { Step } from "./tour.js";

/** A mutation is executed completely or not at all. */
export const mutation: Step = {
  title: "A mutation with one denied part",
  async run(tour) {
    const { ask, check, mark, since } = tour;
    const { accessToken: token } = await login(tour, BOB);
    const likes = async () => at((await ask('{ review(id: "r1") { likes } }')).data, "review.likes");
    const start = await likes();

    const before = mark();
    const answer = await ask(
      'mutation Both { likeReview(id: "r1") { likes } hideReview(id: "r5") { hidden } }',
      { token },
    );
    check("the denied part is FORBIDDEN", codeAt(answer, "hideReview") === "FORBIDDEN", answer.errors);
    check(
      "the allowed part has no error of its own",
      codeAt(answer, "likeReview") === undefined,
      answer.errors,
    );
    check("there is no data at all", answer.data === null || answer.data === undefined, answer.data);
    check(
      "no subgraph got a request",
      since(before).length === 0,
      since(before).map(({ operation }) => operation),
    );
    check("nothing was changed", start !== undefined && (await likes()) === start);

    const allowed = await ask('mutation { likeReview(id: "r1") { likes } }', { token });
    check(
      "the allowed part alone is executed",
      typeof start === "number" && at(allowed.data, "likeReview.likes") === start + 1,
      allowed.data,
    );
  },
};
