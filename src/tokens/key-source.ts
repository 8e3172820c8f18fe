import type { KeyRecord } from "./key-record.js";

/** Port: the source of private keys (files, environment, a vault). Read at start and when it may have changed. */
export interface KeySource {
  /** @throws ConfigError with one problem for each key that cannot be used */
  load(): Promise<readonly KeyRecord[]>;
}
