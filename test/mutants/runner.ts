import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Question } from "./host-messages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs named tests of one file, with a fault planted or without one. */
export interface MutantRunner {
  /**
   * Asks one thing at a time.
   *
   * @throws when there is no answer in time: the process and all that it started are ended, the next question starts
   *   another
   */
  run(question: Question, timeoutMs: number): Promise<Answer>;
  close(): void;
}

/** The next thing the process says; an error when it ends or says nothing in time. */
function nextMessage(child: ChildProcess, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      settle();
      reject(new Error(`the process that runs the tests ${reason}`));
    };
    const onMessage = (message: unknown): void => {
      settle();
      resolve(message);
    };
    const onExit = (code: number | null): void => fail(`ended with ${code}`);
    const timer = setTimeout(() => fail(`said nothing within ${timeoutMs / 1000} s`), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit);
    };
    child.on("message", onMessage).on("exit", onExit);
  });
}

/** One process for all faults that are planted through it: it starts once, and compiles once what they share. */
export function createMutantRunner(): MutantRunner {
  let child: ChildProcess | undefined;

  const end = (): void => {
    // Detached: a group of its own, in which the workers, and the servers that tests start, are ended with it.
    if (child?.pid !== undefined) {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It is gone already.
      }
    }
    child = undefined;
  };

  const start = async (): Promise<ChildProcess> => {
    child = fork(fileURLToPath(new URL("./host.ts", import.meta.url)), {
      cwd: root,
      detached: true,
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      // Not this run's own settings: a nested Vitest would take itself for one of its workers.
      env: Object.fromEntries(
        Object.entries(process.env).filter(
          ([name]) => !/^(VITEST|LONG_TESTS|TEST$|PROD$|DEV$|MODE$|BASE_URL$|SSR$)/.test(name),
        ),
      ),
    });
    await nextMessage(child, 60_000);
    return child;
  };

  return {
    async run(question, timeoutMs) {
      try {
        const host = child ?? (await start());
        const answer = nextMessage(host, timeoutMs);
        host.send(question);
        return (await answer) as Answer;
      } catch (error) {
        end();
        throw error;
      }
    },
    close: end,
  };
}
