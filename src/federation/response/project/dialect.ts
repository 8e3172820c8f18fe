import type { JsonValue } from "../../result/json.js";

/** How generated code builds an answer: as objects or as text. The parts are expressions. */
export interface Dialect {
  readonly nothing: string;
  /** @param members - keys and their values */
  object(members: readonly (readonly [key: string, value: string])[]): string;
  /** A string known when the code is generated. */
  fixed(text: string): string;
  /** A leaf value that passed the inline test. */
  leaf(variable: string, isText: boolean): string;
  /** A leaf value that passed the full check. */
  readonly checked: (value: JsonValue) => JsonValue;
  /** Statements that complete list `a` of `n` items; `item` completes `v`. */
  list(item: string): string;
  readonly sharesObjects: boolean;
}

/** New objects of a fixed shape. */
export const OBJECTS: Dialect = {
  nothing: "null",
  // A computed key `__proto__` is an ordinary key.
  object: (members) =>
    `{ ${members.map(([key, value]) => `[${JSON.stringify(key)}]: ${value}`).join(", ")} }`,
  fixed: (text) => JSON.stringify(text),
  leaf: (variable) => variable,
  checked: (value) => value,
  list: (item) =>
    `const r = new Array(n); for (let i = 0; i < n; i += 1) { const v = a[i]; r[i] = ${item}; } return r;`,
  sharesObjects: false,
};

/** JSON text. */
export const TEXT: Dialect = {
  nothing: '"null"',
  object: (members) =>
    members.length === 0
      ? '"{}"'
      : `${members
          .map(([key, value], index) => {
            const head = `${index === 0 ? "{" : ","}${JSON.stringify(key)}:`;
            return `${JSON.stringify(head)} + ${value}`;
          })
          .join(" + ")} + "}"`,
  fixed: (text) => JSON.stringify(JSON.stringify(text)),
  leaf: (variable, isText) => (isText ? `JSON.stringify(${variable})` : variable),
  checked: (value) => JSON.stringify(value),
  list: (item) =>
    `let t = "["; for (let i = 0; i < n; i += 1) { const v = a[i]; if (i > 0) t += ","; t += ${item}; } return t + "]";`,
  sharesObjects: true,
};
