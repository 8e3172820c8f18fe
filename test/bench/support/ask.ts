import type { Operation } from "../graph/workloads.js";

/** Sends one operation and answers its data. @throws Error for any status but 200, and for any error in the answer */
export async function ask(url: string, operation: Operation, token: string): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(operation),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  const { data, errors }: { readonly data?: unknown; readonly errors?: unknown } = JSON.parse(text);
  if (errors !== undefined)
    throw new Error(`${url} answered errors: ${JSON.stringify(errors).slice(0, 500)}`);
  return data;
}

/** Repeats the request until the gateway serves. A gateway that listens before it has a graph answers 503 until then. */
export async function untilServed(url: string, operation: Operation, token: string): Promise<void> {
  const endsAt = performance.now() + 30_000;
  for (;;) {
    try {
      await ask(url, operation, token);
      return;
    } catch (error) {
      if (performance.now() > endsAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Milliseconds until the answer to one operation. */
export async function timeToAnswer(url: string, operation: Operation, token: string): Promise<number> {
  const start = performance.now();
  await ask(url, operation, token);
  return performance.now() - start;
}
