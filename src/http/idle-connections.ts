import type { Socket } from "node:net";
import type { Clock, Milliseconds } from "../domain/time.js";

/** A connection that is used again within this time is no spare one, such as that of a balancer. */
const SPARE_AFTER_MS: Milliseconds = 1_000;

/** Knows which connections wait for a next request, so that one of them can make room for a new client. */
export interface IdleConnections {
  /** To be called when a request has begun. */
  began(socket: Socket): void;
  /** To be called when that request has ended, answered or not. */
  ended(socket: Socket): void;
  /** Closes the one that was idle for longest. @returns false when none was for a second */
  closeOldest(): boolean;
}

/** Creates the register of idle connections of one port. Connections without a first request are not idle. */
export function createIdleConnections(clock: Clock): IdleConnections {
  const running = new WeakMap<Socket, number>();
  /** Since when; the longest first. */
  const idle = new Map<Socket, Milliseconds>();
  return {
    began(socket) {
      const before = running.get(socket);
      running.set(socket, (before ?? 0) + 1);
      idle.delete(socket);
      if (before === undefined) socket.once("close", () => idle.delete(socket));
    },
    ended(socket) {
      const left = (running.get(socket) ?? 1) - 1;
      running.set(socket, left);
      if (left === 0 && !socket.destroyed) idle.set(socket, clock.monotonicMs());
    },
    closeOldest() {
      const [oldest] = idle;
      if (oldest === undefined || clock.monotonicMs() - oldest[1] < SPARE_AFTER_MS) return false;
      idle.delete(oldest[0]);
      oldest[0].destroy();
      return true;
    },
  };
}
