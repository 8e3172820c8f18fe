import {
  buildClientSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from "graphql";
import { type DemandOf, demandsOf, noDemands, parseAccess } from "./demands.js";
import type { LoadInput } from "./protocol.js";

export type Loaded =
  | {
      readonly kind: "loaded";
      readonly schema: GraphQLSchema;
      readonly demandOf: DemandOf;
      readonly hasAccess: boolean;
    }
  | { readonly kind: "refused"; readonly message: string };

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Asks the gateway for the schema as the caller may see it, and for the access map where there is one. */
export async function load(
  input: LoadInput,
  fetch: Fetch = (url, init) => globalThis.fetch(url, init),
): Promise<Loaded> {
  const [introspection, access] = await Promise.all([introspect(input, fetch), readAccess(input, fetch)]);
  if (introspection.kind === "refused") return introspection;
  const demandOf = access === undefined ? noDemands : demandsOf(access);
  try {
    // A schema from outside may be invalid; what can be shown of it is shown.
    const schema = buildClientSchema(introspection.data, { assumeValid: true });
    return { kind: "loaded", schema, demandOf, hasAccess: access !== undefined };
  } catch (error) {
    return {
      kind: "refused",
      message: `The introspection of the gateway could not be read: ${error instanceof Error ? error.message : ""}`,
    };
  }
}

type Introspected =
  | { readonly kind: "data"; readonly data: IntrospectionQuery }
  | { readonly kind: "refused"; readonly message: string };

async function introspect({ graphqlUrl, accessToken }: LoadInput, fetch: Fetch): Promise<Introspected> {
  try {
    const response = await fetch(graphqlUrl, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify({
        query: getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }),
        operationName: "IntrospectionQuery",
      }),
    });
    const answer = (await response.json()) as {
      readonly data?: Partial<IntrospectionQuery> | null;
      readonly errors?: readonly { readonly message?: unknown }[];
    } | null; // only `__schema` and messages are read, and checked
    if (answer?.data?.__schema !== undefined && answer.data.__schema !== null)
      return { kind: "data", data: { __schema: answer.data.__schema } };
    const message = answer?.errors?.[0]?.message;
    return {
      kind: "refused",
      message: typeof message === "string" ? message : `The gateway answered HTTP ${response.status}.`,
    };
  } catch {
    return { kind: "refused", message: "The gateway cannot be reached." };
  }
}

async function readAccess({ accessUrl }: LoadInput, fetch: Fetch) {
  if (accessUrl === undefined) return undefined;
  try {
    const response = await fetch(accessUrl, {});
    return response.ok ? parseAccess(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}
