import axios from "axios";
import { createAuthRefresh } from "axios-auth-refresh";
import type { Session } from "cardea/client";
import { axiosPreset } from "cardea/client/axios";

/** axios with axios-auth-refresh. */
export const createAxios = (session: Session, url: string) => {
  const client = axios.create({ baseURL: url });
  const { authorize, refresh, options } = axiosPreset(session);
  client.interceptors.request.use(authorize);
  // `as never`: with NodeNext, axios-auth-refresh names axios's CommonJS types. Bundlers need no cast.
  createAuthRefresh(client as never, refresh, options);
  return client;
};
