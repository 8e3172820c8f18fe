import type { PageMode } from "../../../http/page/contract.js";

const HELP = `# Ctrl-Enter (or Cmd-Enter) runs the operation with the cursor.
`;

/** The text of the editor when nothing was kept. The demo's shows at once what a visitor gets and what is refused. */
export const startingText = (mode: PageMode | undefined): string =>
  mode === "demo"
    ? `${HELP}
query ShopWindow {
  products {
    id
    name
  }
  reviews(first: 3) {
    stars
    author {
      name
    }
  }
  users {
    name
    email
  }
  me {
    name
  }
}

query Account {
  me {
    name
    email
    wallet {
      balance
    }
  }
}
`
    : `${HELP}
query Start {
  __typename
}
`;
