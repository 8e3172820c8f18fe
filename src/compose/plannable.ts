import { createAuthorizer } from "../authorization/create-authorizer.js";
import type { AuthorizationSettings } from "../authorization/settings.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import { createPlannerHost } from "../federation/planning/process/pool.js";
import { buildSnapshot } from "../federation/supergraph/snapshot.js";

/**
 * Would a gateway accept this supergraph? Runs the same checks as `serve`: the rules, the query planner, and whether
 * each mutation can be called exactly once.
 *
 * @returns the problems; none if this platform has no planner, because then the supergraph cannot be checked
 */
export async function planningProblems(
  supergraphSdl: string,
  settings: AuthorizationSettings,
): Promise<readonly Problem[]> {
  const planning = createPlannerHost({ workers: 1 });
  try {
    await buildSnapshot(supergraphSdl, {
      authorizerFactory: (sdl) => createAuthorizer({ supergraphSdl: sdl, settings }),
      planning,
    });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.filter(({ kind }) => kind !== "PLATFORM_UNSUPPORTED");
  } finally {
    planning.stop();
  }
}
