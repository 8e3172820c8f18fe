import { type Answer, at, textAt } from "./ask.js";
import type { TourTools } from "./tour.js";

const PAYLOAD = "accessToken refreshToken session { id authTime }";

export interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
  readonly authTime: unknown;
}

const signedIn = (answer: Answer, field: string): SignedIn => ({
  accessToken: textAt(answer.data, `${field}.accessToken`),
  refreshToken: textAt(answer.data, `${field}.refreshToken`),
  sessionId: textAt(answer.data, `${field}.session.id`),
  authTime: at(answer.data, `${field}.session.authTime`),
});

/** Sends a login. The answer may be a refusal. */
export const tryLogin = ({ ask }: TourTools, username: string, password: string): Promise<Answer> =>
  ask(`mutation Login($input: LoginInput!) { login(input: $input) { ... on AuthPayload { ${PAYLOAD} } } }`, {
    variables: { input: { username, password, device: "the tour" } },
  });

/** Signs in. @throws Error when the login is refused */
export async function login(
  tour: TourTools,
  user: { readonly username: string; readonly password: string },
): Promise<SignedIn> {
  const answer = await tryLogin(tour, user.username, user.password);
  const session = signedIn(answer, "login");
  if (session.accessToken === "")
    throw new Error(`no login for ${user.username}: ${JSON.stringify(answer.errors)}`);
  return session;
}

export interface Renewal {
  readonly answer: Answer;
  readonly session: SignedIn;
}

export async function refresh({ ask }: TourTools, refreshToken: string): Promise<Renewal> {
  const answer = await ask(
    `mutation Refresh($input: RefreshTokenInput) { refreshToken(input: $input) { ${PAYLOAD} } }`,
    { variables: { input: { refreshToken } } },
  );
  return { answer, session: signedIn(answer, "refreshToken") };
}

export async function reauthenticate({ ask }: TourTools, token: string, password: string): Promise<Renewal> {
  const answer = await ask(
    `mutation Again($input: ReauthenticateInput!) { reauthenticate(input: $input) { ${PAYLOAD} } }`,
    { token, variables: { input: { password } } },
  );
  return { answer, session: signedIn(answer, "reauthenticate") };
}
