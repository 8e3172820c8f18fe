import { Client, fetchExchange } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import type { Session } from "cardea/client";
import { urqlAuth } from "cardea/client/urql";

/** urql: a refused credential is recognised by its code. */
export const createUrqlClient = (session: Session, url: string) =>
  new Client({ url, preferGetMethod: false, exchanges: [authExchange(urqlAuth(session)), fetchExchange] });
