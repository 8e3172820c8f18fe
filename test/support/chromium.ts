import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Finds the browser: the environment variable `CHROMIUM`, else the first of its usual names on `PATH`.
 *
 * @throws Error that names the Debian package
 */
export const chromiumPath = (environment: NodeJS.ProcessEnv = process.env): string => {
  const named = environment["CHROMIUM"];
  const candidates =
    named === undefined
      ? (environment["PATH"] ?? "")
          .split(delimiter)
          .flatMap((folder) => NAMES.map((name) => join(folder, name)))
      : [named];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    named === undefined
      ? `The browser tests need Chromium, and none of ${NAMES.join(", ")} is on PATH. Install it: apt-get install chromium. Or set CHROMIUM to its path.`
      : `CHROMIUM is ${named}, which cannot be run. Set it to the path of Chromium. On Debian: apt-get install chromium.`,
  );
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Endpoints that may refuse. */
const ANSWERS = ["/graphql", "/_cardea/demo/"];

/** Starts the browser without a window. The caller closes it. */
export const startBrowser = (flags: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    args: ["--no-sandbox", "--disable-background-networking", ...flags],
    handleSIGINT: false,
    handleSIGTERM: false,
  });

/** What a page must not do. All lists of a good page are empty. */
export interface PageFaults {
  /** Uncaught errors of the page. */
  readonly errors: string[];
  readonly consoleErrors: string[];
  /** Violations of the content policy, Trusted Types included. */
  readonly violations: string[];
  /** Addresses of another origin that were requested. */
  readonly elsewhere: string[];
}

/** The faults of a good page. */
export const NO_FAULTS: PageFaults = { errors: [], consoleErrors: [], violations: [], elsewhere: [] };

export interface WatchedPage {
  readonly page: Page;
  readonly faults: PageFaults;
  close(): Promise<void>;
}

/**
 * Opens a page in a context of its own and records its faults from the first request on.
 *
 * @param origin - the only origin to which the page may send requests
 */
export const watchedPage = async (
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const faults: PageFaults = { errors: [], consoleErrors: [], violations: [], elsewhere: [] };
  await context.exposeBinding("reportViolation", (_, text: string) => void faults.violations.push(text));
  await context.addInitScript(`document.addEventListener("securitypolicyviolation", (event) =>
    reportViolation(event.violatedDirective + " " + event.blockedURI + " " + event.sample))`);
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:")) faults.elsewhere.push(url);
  });
  const page = await context.newPage();
  page.on("websocket", (socket) => {
    if (!socket.url().startsWith(`${origin.replace(/^http/, "ws")}/`)) faults.elsewhere.push(socket.url());
  });
  page.on("pageerror", (error) => faults.errors.push(`${error.message}\n${error.stack ?? ""}`));
  page.on("console", (message) => {
    // A refused operation, or button of the demo, is an answer with an error status, which the browser reports by itself.
    const isAnswer =
      message.text().startsWith("Failed to load resource") &&
      ANSWERS.some((path) => message.location().url.startsWith(`${origin}${path}`));
    if (message.type() === "error" && !isAnswer)
      faults.consoleErrors.push(`${message.text()} ${message.location().url}`);
  });
  return { page, faults, close: () => context.close() };
};
