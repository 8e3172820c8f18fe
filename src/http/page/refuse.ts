import { type Answer, json } from "../answer.js";
import type { PageRefusal } from "./contract.js";
import { DATA, DOCUMENT } from "./headers.js";

/** A refusal of an endpoint below `/_cardea`. */
export const refuse = (
  status: number,
  message: string,
  {
    fix,
    headers = [],
  }: { readonly fix?: string; readonly headers?: readonly (readonly [string, string])[] } = {},
): Answer => {
  const body: PageRefusal = { message, ...(fix === undefined ? {} : { fix }) };
  return json(status, body, [...DATA, ...headers]);
};

/** A refusal that a person reads in the browser, instead of the page. */
export const refusePage = (status: number, message: string, fix: string): Answer => ({
  status,
  headers: [["content-type", "text/plain; charset=utf-8"], ["cache-control", "no-store"], ...DOCUMENT],
  body: `${message}\n${fix}\n`,
});
