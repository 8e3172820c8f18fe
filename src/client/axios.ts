import type { AdapterSession } from "./adapter-session.js";
import { credentialRefusedIn } from "./answer.js";
import { isForGateway } from "./gateway-origin.js";

// axios and axios-auth-refresh are not dependencies: their types are described by their shape.

interface AxiosHeadersLike {
  set(name: string, value: string): unknown;
  get(name: string): unknown;
}

interface AxiosConfigLike {
  readonly headers: AxiosHeadersLike;
  readonly url?: string | undefined;
  readonly baseURL?: string | undefined;
  withCredentials?: boolean | undefined;
}

interface AxiosErrorLike {
  readonly response?: { readonly data?: unknown } | undefined;
  readonly config?: AxiosConfigLike | undefined;
}

/**
 * What axios and axios-auth-refresh need: `authorize` for `interceptors.request.use`, `refresh` and `options` for
 * `createAuthRefresh(instance, refresh, options)`.
 *
 * `deduplicateRefresh` is off because the session does that itself, and for every client of it. A step-up is not
 * refreshed: the answer with its challenge is returned. Requests to another origin than the gateway's are sent as they
 * are.
 */
export function axiosPreset(session: AdapterSession) {
  return {
    async authorize<Config extends AxiosConfigLike>(config: Config): Promise<Config> {
      // Only an absolute `url` is sent elsewhere than to `baseURL`.
      const target = /^([a-z][a-z\d+.-]*:)?\/\//i.test(config.url ?? "") ? config.url : config.baseURL;
      if (target !== undefined && !isForGateway(target, session.url)) return config;
      if (session.delivery === "cookie") config.withCredentials = true;
      const token = await session.accessToken();
      if (token !== undefined && session.delivery !== "cookie")
        config.headers.set("authorization", `Bearer ${token}`);
      return config;
    },
    async refresh({ config }: AxiosErrorLike): Promise<void> {
      const sent = String(config?.headers.get("authorization") ?? "").replace(/^Bearer /, "");
      const used = session.delivery === "cookie" ? await session.accessToken() : sent;
      if (used !== undefined) await session.refresh(used);
    },
    options: {
      deduplicateRefresh: false,
      maxRetries: 1,
      shouldRefresh: ({ response }: AxiosErrorLike): boolean => credentialRefusedIn(response?.data),
    },
  };
}
