import { beforeEach, describe, expect, it } from "vitest";
import {
  createPlannerHost,
  type OpenedPlanner,
  type PlannerHostSettings,
} from "../../../../../src/federation/planning/process/pool.js";
import {
  PlannerLost,
  type PlannerWorker,
  type WorkerAnswer,
} from "../../../../../src/federation/planning/process/worker.js";

type Request = Readonly<Record<string, unknown>>;

/** A planner process that the test answers for; the real one is started by `planner.test.ts`. */
class HeldWorker implements PlannerWorker {
  readonly opened = new Set<number>();
  readonly asked: { readonly request: Request; readonly deadlineMs: number }[] = [];
  readonly notified: Request[] = [];
  isStopped = false;
  #settle:
    | { readonly resolve: (answer: WorkerAnswer) => void; readonly reject: (error: unknown) => void }
    | undefined;

  request(request: Request, deadlineMs: number): Promise<WorkerAnswer> {
    if (this.#settle !== undefined) throw new Error("asked while busy");
    this.asked.push({ request, deadlineMs });
    if (request["kind"] === "open") return Promise.resolve(opening(request));
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  async answer(answer: WorkerAnswer | PlannerLost): Promise<void> {
    const settle = this.#settle;
    this.#settle = undefined;
    if (answer instanceof PlannerLost) {
      this.opened.clear();
      settle?.reject(answer);
    } else settle?.resolve(answer);
    await settled();
  }

  notify(request: Request): void {
    this.notified.push(request);
  }

  stop(): void {
    this.isStopped = true;
  }

  get kinds() {
    return this.asked.map(({ request }) => request["kind"]);
  }
}

let workers: HeldWorker[];
let opening: (request: Request) => WorkerAnswer | Promise<WorkerAnswer>;

/** The host, with worker processes that are held. */
const aHost = (settings: PlannerHostSettings = {}) =>
  createPlannerHost(settings, () => {
    const worker = new HeldWorker();
    workers.push(worker);
    return worker;
  });
const settled = () => new Promise((resolve) => setImmediate(resolve));
const OPENED: WorkerAnswer = { kind: "opened", labels: ["beta"], percentages: [25] };

beforeEach(() => {
  workers = [];
  opening = () => OPENED;
});

const open = async (settings = {}) => {
  const host = aHost(settings);
  return { host, opened: (await host.open("the supergraph")) as OpenedPlanner };
};
const plan = (opened: OpenedPlanner, text: string) => {
  const planning = opened.plan(text, "Mine", ["beta"], 12.5);
  planning.catch(() => undefined);
  return planning;
};
const busy = () => workers.flatMap(({ asked }) => asked.flatMap(({ request }) => request["text"] ?? []));

describe("the planner processes", () => {
  it("are none until a supergraph is opened, and then one", async () => {
    const host = aHost();
    expect(workers).toEqual([]);
    expect(await host.open("the supergraph")).toMatchObject({ labels: ["beta"], percentages: [25] });
    expect(workers.map(({ asked }) => asked)).toEqual([
      [{ request: { kind: "open", id: 1, sdl: "the supergraph" }, deadlineMs: 60_000 }],
    ]);
  });

  it("receive a plan request with the configured deadline", async () => {
    const { opened } = await open({ deadlineMs: 7 });
    const planning = plan(opened, "{a}");
    await settled();
    expect(workers[0]?.asked.at(-1)).toEqual({
      request: {
        kind: "plan",
        id: 1,
        text: "{a}",
        operationName: "Mine",
        labels: ["beta"],
        percentage: 12.5,
      },
      deadlineMs: 7,
    });
    await workers[0]?.answer({ kind: "planned", plan: { node: null } });
    expect(await planning).toEqual({ node: null });
  });

  it("are two by default: the second opens the supergraph itself, the third plan waits its turn", async () => {
    const { opened } = await open();
    const plans = ["{a}", "{b}", "{c}", "{d}"].map((text) => plan(opened, text));
    await settled();
    expect(workers.map(({ kinds }) => kinds)).toEqual([
      ["open", "plan"],
      ["open", "plan"],
    ]);
    for (const [index, text] of ["{c}", "{d}"].entries()) {
      await workers[index]?.answer({ kind: "planned", plan: index });
      expect(busy()).toContain(text);
    }
    for (const worker of workers) await worker.answer({ kind: "planned", plan: "later" });
    expect(await Promise.all(plans)).toEqual([0, 1, "later", "later"]);
  });

  it("are never more than the settings allow, and serve those who wait in their order", async () => {
    const { opened } = await open({ workers: 1 });
    const order: string[] = [];
    const plans = ["{a}", "{b}", "{c}"].map((text) => plan(opened, text).then(() => order.push(text)));
    for (let n = 0; n < 3; n += 1) {
      await settled();
      await workers[0]?.answer({ kind: "planned", plan: n });
    }
    await Promise.all(plans);
    expect([workers.length, order]).toEqual([1, ["{a}", "{b}", "{c}"]]);
  });

  it("are reused after a failure", async () => {
    const { opened } = await open({ workers: 1 });
    const first = plan(opened, "{a}");
    await settled();
    await workers[0]?.answer({ kind: "failed", message: "no such field" });
    await expect(first).rejects.toThrow("no such field");
    const second = plan(opened, "{b}");
    await settled();
    await workers[0]?.answer({ kind: "planned", plan: 2 });
    expect(await second).toBe(2);
  });
});

describe("a process that is lost", () => {
  it("fails the plan it was busy with, and opens the supergraph again for the next", async () => {
    const { opened } = await open({ workers: 1 });
    const first = plan(opened, "{a}");
    await settled();
    await workers[0]?.answer(new PlannerLost("crashed"));
    await expect(first).rejects.toMatchObject({ reason: "crashed" });
    const second = plan(opened, "{b}");
    await settled();
    expect(workers[0]?.kinds).toEqual(["open", "plan", "open", "plan"]);
    await workers[0]?.answer({ kind: "planned", plan: 2 });
    expect(await second).toBe(2);
  });

  it.each([new PlannerLost("crashed"), new PlannerLost("too slow")])(
    "before it read the operation says nothing about the operation: %s",
    async (error) => {
      const { opened } = await open({ workers: 1 });
      workers[0]?.opened.clear();
      opening = () => Promise.reject(error);
      await expect(plan(opened, "{a}")).rejects.toMatchObject({ reason: "killed" });
    },
  );
});

describe("a supergraph", () => {
  it("is refused with the planner's own text", async () => {
    opening = () => ({ kind: "failed", message: "no join__Graph" });
    await expect(aHost().open("x")).rejects.toThrow("no join__Graph");
  });

  it("cannot be opened where the planner has no binary", async () => {
    opening = () => ({ kind: "unsupported" });
    expect(await aHost().open("x")).toBe("unsupported");
  });

  it("that was refused leaves its process free for the next", async () => {
    const host = aHost({ workers: 1 });
    opening = () => ({ kind: "failed", message: "broken" });
    await expect(host.open("x")).rejects.toThrow("broken");
    opening = () => OPENED;
    expect(await host.open("y")).toMatchObject({ labels: ["beta"] });
    expect(workers[0]?.asked.map(({ request }) => [request["id"], request["sdl"]])).toEqual([
      [1, "x"],
      [2, "y"],
    ]);
  });

  it("is planned on beside another, each under its own number", async () => {
    const { host, opened } = await open({ workers: 1 });
    const other = (await host.open("another")) as OpenedPlanner;
    for (const one of [opened, other]) {
      void plan(one, "{a}");
      await settled();
      await workers[0]?.answer({ kind: "planned", plan: 0 });
    }
    const planned = workers[0]?.asked.filter(({ request }) => request["kind"] === "plan");
    expect(planned?.map(({ request }) => request["id"])).toEqual([1, 2]);
  });

  it("that is closed is forgotten by the processes that have it, and by no other", async () => {
    const { host, opened } = await open();
    const other = (await host.open("another")) as OpenedPlanner;
    const plans = [plan(opened, "{a}"), plan(other, "{b}")];
    await settled();
    opened.close();
    opened.close();
    expect(workers.map(({ notified }) => notified)).toEqual([[{ kind: "close", id: 1 }], []]);
    for (const worker of workers) await worker.answer({ kind: "planned", plan: 0 });
    await Promise.all(plans);
  });

  it("stops with all processes", async () => {
    const { host, opened } = await open();
    const plans = [plan(opened, "{a}"), plan(opened, "{b}")];
    await settled();
    host.stop();
    expect(workers.map(({ isStopped }) => isStopped)).toEqual([true, true]);
    for (const worker of workers) await worker.answer(new PlannerLost("killed"));
    expect((await Promise.allSettled(plans)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});
