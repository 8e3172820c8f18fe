import { keep, readKept } from "../state/kept.js";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export function keptTheme(): Theme {
  const kept = readKept("theme");
  return THEMES.find((theme) => theme === kept) ?? "auto";
}

/** `auto` follows the system (`prefers-color-scheme`). */
export function applyTheme(theme: Theme = keptTheme()): void {
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  keep("theme", theme === "auto" ? undefined : theme);
}
