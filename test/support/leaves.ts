/** Every value of an answer with its path; nulls and empty objects hold none. */
export const leaves = (value: unknown, path = ""): string[] => {
  if (value === null || value === undefined) return [];
  if (typeof value !== "object") return [`${path} = ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
};
