import type { KeyRecord } from "./key-record.js";

/** Port: where private keys come from (files, environment, a vault). Asked at start and whenever it may have changed. */
export interface KeySource {
  /** @throws ConfigError naming every key that cannot be used, and where it stands */
  load(): Promise<readonly KeyRecord[]>;
}
