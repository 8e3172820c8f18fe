import type { DemoHandle } from "./launch.js";
import { ALICE, BOB, type DemoUser } from "./users.js";

const ACCESS_TOKEN = (field: string): string =>
  `node -pe 'JSON.parse(fs.readFileSync(0)).data.${field}.accessToken'`;

const login = ({ username, password }: DemoUser): string =>
  `TOKEN=$(graph -d '${JSON.stringify({
    query: "mutation($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken } } }",
    variables: { input: { username, password } },
  })}' | ${ACCESS_TOKEN("login")})`;

const stepUp = ({ password }: DemoUser): string =>
  `TOKEN=$(graph -H "authorization: Bearer $TOKEN" -d '${JSON.stringify({
    query: "mutation($input: ReauthenticateInput!) { reauthenticate(input: $input) { accessToken } }",
    variables: { input: { password } },
  })}' | ${ACCESS_TOKEN("reauthenticate")})`;

const ask = (query: string, signedIn: boolean): string =>
  `graph ${signedIn ? '-H "authorization: Bearer $TOKEN" ' : ""}-d '${JSON.stringify({ query })}'`;

/** The text when the demo is ready: its endpoints, its users, and commands to try. */
export function welcome(demo: DemoHandle, startedInMs: number): readonly string[] {
  return [
    "",
    `Cardea demo, ready in ${(startedInMs / 1000).toFixed(1)} s`,
    "",
    `  page       ${demo.origin}/${demo.isPageBuilt ? "" : "  (not built: npm run build)"}`,
    `  graph      ${demo.graphqlUrl}`,
    ...demo.subgraphs.map(({ name, url }) => `  subgraph   ${url}  ${name}`),
    "  store      memory (sessions end with this process)",
    `  freshness  ${demo.freshSeconds} s after a login or re-authentication`,
    "",
    "  user       password        scopes",
    `  ${ALICE.username.padEnd(10)} ${ALICE.password.padEnd(15)} all ${ALICE.scopes.length}`,
    `  ${BOB.username.padEnd(10)} ${BOB.password.padEnd(15)} none`,
    "",
    "Or try, in another terminal:",
    "",
    `graph() { curl -s ${demo.graphqlUrl} -H 'content-type: application/json' "$@"; echo; }`,
    "",
    "# without a sign-in: open fields are served, guarded fields are null",
    ask("{ topProducts(first: 1) { name } me { name } }", false),
    "",
    "# Alice signs in and may read her wallet while the login is fresh",
    login(ALICE),
    ask("{ me { name email wallet { balance } } }", true),
    "",
    `# the same ${demo.freshSeconds} s later: STEP_UP_REQUIRED. She enters her password again and may read it again`,
    stepUp(ALICE),
    ask("{ me { name email wallet { balance } } }", true),
    "",
    "Run the whole tour unattended: cardea demo --check        Stop: Ctrl-C",
    "",
  ];
}
