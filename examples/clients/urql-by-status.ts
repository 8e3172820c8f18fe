import { Client, fetchExchange } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import type { Session } from "cardea/client";
import { urqlAuth } from "cardea/client/urql";

/** urql: a refused credential is recognised by the status 401. */
export const createUrqlClientByStatus = (session: Session, url: string) =>
  new Client({
    url,
    preferGetMethod: false,
    exchanges: [authExchange(urqlAuth(session, { by: "status" })), fetchExchange],
  });
