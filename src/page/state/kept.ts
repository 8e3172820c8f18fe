/**
 * What the page keeps in `localStorage`: texts of operations, and the layout. Never a token, password, answer or variable.
 * The names are listed here, so that a reader and a test see all of it.
 */
export const KEPT = {
  theme: "cardea.page.theme",
  operation: "cardea.page.operation",
  split: "cardea.page.split",
} as const;

export type KeptName = keyof typeof KEPT;

/** The part of `Storage` that is used. */
export type KeptStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** `localStorage`, where the browser allows it: reading the property itself throws where storage is blocked. */
function browserStorage(): KeptStorage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

export function readKept(name: KeptName, detail = "", storage = browserStorage()): string | undefined {
  try {
    return storage?.getItem(`${KEPT[name]}${detail}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Without storage, or with a full one, the page works and forgets. */
export function keep(
  name: KeptName,
  value: string | undefined,
  detail = "",
  storage = browserStorage(),
): void {
  try {
    if (value === undefined) storage?.removeItem(`${KEPT[name]}${detail}`);
    else storage?.setItem(`${KEPT[name]}${detail}`, value);
  } catch {
    // Full or blocked: nothing that the user could do here.
  }
}
