import type { Session } from "../../../client/session.js";
import type { ButtonAnswer, DemoButton, PageRefusal } from "../../../http/page/contract.js";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Presses a button of the demo for the user of this page, and lets the session find out what became of its tokens.
 *
 * @throws Error with the gateway's own words
 */
export async function pressButton(
  button: DemoButton,
  session: Pick<Session, "accessToken" | "refresh">,
  body: Readonly<Record<string, unknown>> = {},
  fetch: Fetch = (url, init) => globalThis.fetch(url, init),
): Promise<ButtonAnswer> {
  const token = await session.accessToken();
  const response = await fetch(`/_cardea/demo/${button}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await refusalOf(response));
  const answer = (await response.json()) as ButtonAnswer; // from our own gateway
  // A session that has ended is refused here, and says why: that is what the button is there to show.
  if (answer.tokens !== undefined && token !== undefined) await session.refresh(token).catch(() => undefined);
  return answer;
}

async function refusalOf(response: Response): Promise<string> {
  const refusal = (await response.json().catch(() => undefined)) as PageRefusal | undefined; // checked below
  if (typeof refusal?.message !== "string") return `The gateway answered HTTP ${response.status}.`;
  return typeof refusal.fix === "string" ? `${refusal.message} ${refusal.fix}` : refusal.message;
}

/** What a button did, in words. */
export const happenedText = ({ happened, answered }: ButtonAnswer): string => {
  if (answered === undefined) return happened;
  const words = [`HTTP ${answered.status}`, answered.code, answered.reason].filter((one) => one !== null);
  return `${happened} The answer was: ${words.join(", ")}.`;
};
