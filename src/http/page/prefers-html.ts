/** What clients of the GraphQL endpoint name. A browser that navigates names none of them. */
const OTHERS = [
  "application/json",
  "application/graphql-response+json",
  "multipart/mixed",
  "text/event-stream",
];

/**
 * Does this `Accept` prefer a page to a GraphQL response? Only if it names `text/html`, and nothing of GraphQL before it
 * (RFC 9110 §12.5.1: by weight; equal weights in their order).
 */
export const prefersHtml = (accept: string | undefined): boolean => {
  const [first] = (accept ?? "")
    .split(",")
    .map(rangeOf)
    .filter(({ type, weight }) => weight > 0 && (type === "text/html" || OTHERS.includes(type)))
    .sort((a, b) => b.weight - a.weight); // stable
  return first?.type === "text/html";
};

const rangeOf = (text: string): { readonly type: string; readonly weight: number } => {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
  return { type, weight: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 0 };
};
