/** An element of a page, as it is opened. */
export interface PageElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface StaticPage {
  readonly elements: readonly PageElement[];
  /** What a reader sees. */
  readonly text: string;
  /** Cells of each table row. */
  readonly rows: readonly (readonly string[])[];
}

const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s[a-z-]+="[^"<]*")*)\s*(\/?)>/gy;

/**
 * Reads a page as strictly as XML: every element closed, every attribute quoted, no `<` that begins nothing.
 *
 * @throws Error with the place that is wrong
 */
export const elementsOf = (page: string): StaticPage => {
  const elements: PageElement[] = [];
  const rows: string[][] = [];
  const open: string[] = [];
  let text = "";
  let cell: string | undefined;
  let at = page.startsWith("<!doctype html>") ? "<!doctype html>".length : 0;
  while (at < page.length) {
    if (page[at] !== "<") {
      const end = page.indexOf("<", at);
      const found = decoded(page.slice(at, end < 0 ? page.length : end));
      if (open.at(-1) !== "style") text += found;
      if (cell !== undefined) cell += found;
      at = end < 0 ? page.length : end;
      continue;
    }
    TAG.lastIndex = at;
    const tag = TAG.exec(page);
    if (tag === null) throw new Error(`no element: ${page.slice(at, at + 80)}`);
    const [whole, closes, name = "", attributes = "", isEmpty] = tag;
    at += whole.length;
    if (closes === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing: ${page.slice(at - 80, at)}`);
      if ((name === "td" || name === "th") && cell !== undefined) {
        rows.at(-1)?.push(cell.trim());
        cell = undefined;
      }
      continue;
    }
    elements.push({ name, attributes: attributesOf(attributes) });
    if (name === "tr") rows.push([]);
    if (name === "td" || name === "th") cell = "";
    if (isEmpty !== "/") open.push(name);
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(", ")}`);
  return { elements, text, rows };
};

const attributesOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, decoded(value)]),
  );

const decoded = (text: string): string => {
  const stray = /&(?!(?:amp|lt|gt|quot|#39);)/.exec(text);
  if (stray !== null) throw new Error(`an & that is no entity: ${text.slice(stray.index, stray.index + 40)}`);
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
};

/** Contrast of two colours as WCAG 2.2 counts it. */
export const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (light + 0.05) / (dark + 0.05);
};

const luminance = (colour: string): number => {
  const digits = colour.slice(1);
  const parts = digits.length === 3 ? [...digits].map((one) => one + one) : (digits.match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => {
    const share = Number.parseInt(part, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
