import { at, codeAt } from "../ask.js";
import { BOB } from "../people.js";
import { login } from "../sign-in.js";
import type { Step } from "../tour.js";

/** A mutation is executed completely or not at all. */
export const mutation: Step = {
  id: "mutation",
  title: "A mutation with one denied part",
  about: "Bob likes a review and hides another one in one operation. He may not hide it, so neither happens.",
  panel: "operation",
  seconds: () => 2,
  async run(tour) {
    const { ask, check, mark, since } = tour;
    const { accessToken: token } = await login(tour, BOB);
    const likes = async () => at((await ask('{ review(id: "r1") { likes } }')).data, "review.likes");
    const start = await likes();

    const before = await mark();
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
    const sent = await since(before);
    check(
      "no subgraph got a request",
      sent.length === 0,
      sent.map(({ operation }) => operation),
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
