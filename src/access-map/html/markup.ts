/** Text that is markup already; everything else is escaped when it gets into the page. */
export interface Markup {
  readonly html: string;
}

const NAMED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters nobody sees, and those that turn the direction of a text: they are spelt out. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Nearly every text of a graph: visible ASCII that means nothing in markup. */
const PLAIN = /^[ !#-%(-;=?-~]*$/;

/** Any text as it may stand in an element or a quoted attribute. */
export const escaped = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text
        .replace(/[&<>"']/g, (found) => NAMED[found] ?? found)
        .replace(/[\t\r\n]+/g, " ")
        .replace(
          INVISIBLE,
          (found) => `[U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
        );

/** Markup with values put in: text is escaped, markup is not, a list is joined. */
export const html = (
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup => {
  let text = parts[0] ?? "";
  for (const [at, value] of values.entries()) text += htmlOf(value) + (parts[at + 1] ?? "");
  return { html: text };
};

const htmlOf = (value: string | number | Markup | readonly Markup[]): string => {
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return "html" in value ? value.html : value.map((one) => one.html).join("");
};

export const NOTHING: Markup = { html: "" };
