/*
 * The law of refresh peppers where gateways of several configurations run at once, as in a rolling deploy: who signs out
 * whose users.
 */

/** What a gateway tells the others about the peppers of its refresh tokens. No secret: ids, and a tag of each. */
export interface GatewayPeppers {
  /** Where it runs, for people: host name and process id. */
  readonly name: string;
  /** The id new refresh tokens are issued under. */
  readonly active: number;
  /** Every id it can read, the active one too. */
  readonly readable: readonly number[];
  /**
   * By the id, what tells two secrets apart and leads to neither: see `pepperTag`. Older versions say nothing.
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** For every other gateway that has another secret under the same id: a sentence with its fix. */
export const contradictoryPeppers = (
  own: GatewayPeppers,
  others: readonly GatewayPeppers[],
): readonly string[] =>
  others.flatMap((other) => {
    const differing = own.readable.filter((id) => {
      const [ours, theirs] = [own.tags?.[id], other.tags?.[id]];
      return ours !== undefined && theirs !== undefined && ours !== theirs;
    });
    return differing.map(
      (id) =>
        `${own.name} and ${other.name} have different secrets under pepper ${id}, so each takes refresh tokens of the other for forged and its users have to sign in again. Fix: give one of the secrets an id of its own in tokens.refreshPeppers, list both on every gateway, and restart them all.`,
    );
  });

/** For every pair of gateways in which one issues refresh tokens the other cannot read: a sentence with its fix. */
export function unreadablePeppers(own: GatewayPeppers, others: readonly GatewayPeppers[]): readonly string[] {
  const fix =
    "Fix: list the pepper after the active one in tokens.refreshPeppers of every gateway, restart them all, and only then move it first.";
  const complain = (issuer: GatewayPeppers, reader: GatewayPeppers): string =>
    `${issuer.name} issues refresh tokens under pepper ${issuer.active}, which ${reader.name} does not have (it has ${reader.readable.join(", ")}) and answers with 503. ${fix}`;
  return others.flatMap((other) => [
    ...(other.readable.includes(own.active) ? [] : [complain(own, other)]),
    ...(own.readable.includes(other.active) ? [] : [complain(other, own)]),
  ]);
}
