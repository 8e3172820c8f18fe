import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createSession,
  type Session,
  type SessionOptions,
  StepUpDeclinedError,
  type StepUpPrompt,
} from "../../../src/client/index.js";
import { type ClientGateway, startClientGateway } from "../../support/client-gateway.js";
import { eventually } from "../../support/eventually.js";

let gateway: ClientGateway;
beforeEach(async () => {
  gateway = await startClientGateway();
});
afterEach(() => gateway.stop());

const aSession = async (options: Partial<SessionOptions> = {}): Promise<Session> => {
  const session = createSession({ url: gateway.url, ...options });
  await session.login({ username: "alice", password: "right" });
  return session;
};
const challenge = (maxAge?: number) => ({
  code: "STEP_UP_REQUIRED",
  ...(maxAge === undefined ? {} : { maxAge }),
});
/** The prompt that a user interface shows. */
const shown = (session: Session): Promise<StepUpPrompt> =>
  eventually(async () => session.getPrompt() ?? Promise.reject(new Error("no prompt is open")));

describe("a prompt that a user interface shows", () => {
  it("is there as long as it is open, and answers all who wait", async () => {
    gateway.stale = true;
    const session = await aSession();
    let changes = 0;
    session.subscribePrompt(() => {
      changes += 1;
    });
    const answers = Promise.all([1, 2].map(() => session.request({ query: "{ wallet }" })));
    await (await shown(session)).prove("right");
    expect((await answers).map(({ data }) => data?.["wallet"])).toEqual([1, 1]);
    expect(gateway.stepUps).toHaveLength(1);
    expect(session.getPrompt()).toBeUndefined();
    expect(changes).toBe(2);
  });

  it("demands the smallest maxAge of all who wait, whoever came first", async () => {
    const session = await aSession();
    session.subscribePrompt(() => undefined);
    for (const maxAge of [undefined, 600, 60, 300]) void session.stepUp(challenge(maxAge));
    await eventually(async () => expect(session.getPrompt()?.challenge).toEqual(challenge(60)));
  });

  it("is asked by onStepUp with the smallest maxAge of those that came together", async () => {
    const asked: unknown[] = [];
    const session = await aSession({
      onStepUp: async (one) => {
        asked.push(one);
        return true;
      },
    });
    await Promise.all([300, 60, 600].map((maxAge) => session.stepUp(challenge(maxAge))));
    expect(asked).toEqual([challenge(60)]);
  });

  it("stays open after a wrong password", async () => {
    const session = await aSession();
    session.subscribePrompt(() => undefined);
    const outcome = session.stepUp(challenge());
    const prompt = await shown(session);
    await gateway.stop();
    await expect(prompt.prove("wrong")).rejects.toThrow();
    expect(session.getPrompt()).toBe(prompt);
    prompt.decline();
    expect(await outcome).toBe(false);
  });

  it("is closed by a sign-out", async () => {
    const session = await aSession();
    session.subscribePrompt(() => undefined);
    const outcome = session.stepUp(challenge());
    await shown(session);
    await session.logout();
    expect(await outcome).toBe(false);
    expect(session.getPrompt()).toBeUndefined();
  });

  it("is not there for anybody when nobody shows it", async () => {
    const session = await aSession();
    const stop = session.subscribePrompt(() => undefined);
    stop();
    expect(await session.stepUp(challenge())).toBe(false);
  });
});

describe("a declined step-up", () => {
  it("is an error when nothing was served", async () => {
    gateway.stale = true;
    const session = await aSession({ onStepUp: async () => false });
    await expect(session.request({ query: "mutation { nothing wallet }" })).rejects.toBeInstanceOf(
      StepUpDeclinedError,
    );
  });
});

describe("a mutation that is safe to run twice", () => {
  it("is repeated after a part of it has run, only when its caller says so", async () => {
    gateway.stale = true;
    const session: Session = await aSession({
      onStepUp: async () => {
        await session.reauthenticate("right");
        return true;
      },
    });
    const answer = await session.request({ query: "mutation { wallet }" }, { repeat: true });
    expect(answer.data).toMatchObject({ wallet: 1 });
    gateway.stale = true;
    await session.request({ query: "mutation { wallet }" });
    expect(gateway.served).toHaveLength(3);
  });
});
