import type { DemoHandle } from "./tour/tour.js";
import { ALICE, BOB, type DemoUser } from "./users.js";

const login = (url: string, { username, password }: DemoUser): string =>
  [
    `curl -s ${url} -H 'content-type: application/json' -d '${JSON.stringify({
      query:
        "mutation($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken } } }",
      variables: { input: { username, password } },
    })}'`,
  ].join("");

const query = (url: string, text: string, token = false): string =>
  `curl -s ${url} -H 'content-type: application/json'${token ? ' -H "authorization: Bearer $TOKEN"' : ""} -d '${JSON.stringify({ query: text })}'`;

/** What a newcomer reads when everything runs: what there is, who one can be, and what to try next. */
export function welcome(demo: DemoHandle, startedInMs: number): readonly string[] {
  const url = demo.graphqlUrl;
  return [
    "",
    `Cardea demo, ready in ${(startedInMs / 1000).toFixed(1)} s`,
    "",
    `  graph      ${url}`,
    ...demo.subgraphs.map(({ name, url: own }) => `  subgraph   ${own}  ${name}`),
    "  store      memory (sessions end with this process)",
    `  freshness  ${demo.freshSeconds} s after a login or re-authentication`,
    "",
    "  user       password        scopes",
    `  ${ALICE.username.padEnd(10)} ${ALICE.password.padEnd(15)} all ${ALICE.scopes.length}`,
    `  ${BOB.username.padEnd(10)} ${BOB.password.padEnd(15)} none`,
    "",
    "Try, in another terminal:",
    "",
    "  # a visitor: open fields are served, guarded ones are null",
    `  ${query(url, "{ topProducts(first: 1) { name } me { name } }")}`,
    "",
    "  # sign in, and keep the access token",
    `  TOKEN=$(${login(url, ALICE)} | node -pe 'JSON.parse(fs.readFileSync(0)).data.login.accessToken')`,
    "",
    `  # fresh for ${demo.freshSeconds} s; send it again later and see STEP_UP_REQUIRED`,
    `  ${query(url, "{ me { name email wallet { balance } } }", true)}`,
    "",
    "  # step up: prove the password again (keep the new accessToken)",
    `  ${JSON.stringify(`mutation($input: ReauthenticateInput!) { reauthenticate(input: $input) { accessToken } }`).replace(/^"|"$/g, "")}`,
    "",
    "The whole tour with nobody watching: npm run demo:check      Stop: Ctrl-C",
    "",
  ];
}
