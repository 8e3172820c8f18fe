import { type ComposeOverrides, composeGateway, type RunningGateway } from "./compose.js";
import type { Environment } from "./config/environment.js";
import { checkConfig } from "./config/load.js";
import type { ConfigInput } from "./config/schema.js";

export type { ComposeOverrides, RunningGateway } from "./compose.js";
export type { ConfigInput } from "./config/schema.js";
export {
  AuthError,
  ConfigError,
  ERROR_TABLE,
  type ErrorCode,
  type ErrorRow,
  errorRow,
  FaultError,
  type Problem,
  problemText,
} from "./domain/errors.js";
export type { DomainEvent, Emit } from "./domain/events.js";
export { PROBLEM_KINDS, type ProblemKind, type ProblemKindRow } from "./domain/problem-kinds.js";

export interface CreateGatewayOptions extends ComposeOverrides {
  /** The settings of a configuration file. */
  readonly config: ConfigInput;
  /** Base of relative paths. Default: the working directory. */
  readonly folder?: string;
  /** For `env:` references and NODE_ENV. Default: that of the process. */
  readonly environment?: Environment;
}

/**
 * Starts a gateway in this process and returns it when it serves.
 *
 * @throws ConfigError with all problems at once; everything is closed again then
 */
export async function createGateway(options: CreateGatewayOptions): Promise<RunningGateway> {
  const { config, folder, environment, ...overrides } = options;
  return composeGateway(
    checkConfig(config, {
      ...(folder === undefined ? {} : { folder }),
      ...(environment === undefined ? {} : { environment }),
    }),
    overrides,
  );
}

/** Types a configuration file: `export default defineConfig({ … })`. */
export const defineConfig = (config: ConfigInput): ConfigInput => config;
