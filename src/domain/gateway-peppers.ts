/*
 * While gateways with different configurations run, as in a rolling deploy, these rules find pairs that cannot read
 * each other's refresh tokens and would sign out each other's users.
 */

/** What a gateway announces to the others about its refresh peppers: ids and tags, no secret. */
export interface GatewayPeppers {
  /** Host name and process id, for messages. */
  readonly name: string;
  /** The id new refresh tokens are issued under. */
  readonly active: number;
  /** Every id that it can read, including the active one. */
  readonly readable: readonly number[];
  /**
   * Pepper id → a tag that differs for different secrets and does not reveal them: see `pepperTag`. Older versions
   * announce no tags.
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** One message, with its fix, for each gateway that has a different secret under the same id. */
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
        `${own.name} and ${other.name} have different secrets under refresh pepper ${id}. Each refuses refresh tokens of the other as forged, and their users have to sign in again. Fix: give one of the secrets an id of its own in tokens.refreshPeppers, list both on every gateway, and restart them all.`,
    );
  });

/**
 * One message, with its fix, for each pair of gateways in which one issues refresh tokens that the other cannot read.
 */
export function unreadablePeppers(own: GatewayPeppers, others: readonly GatewayPeppers[]): readonly string[] {
  const fix =
    "Fix: list the pepper after the active one in tokens.refreshPeppers of every gateway, restart them all, and only then move it first.";
  const complain = (issuer: GatewayPeppers, reader: GatewayPeppers): string =>
    `${issuer.name} issues refresh tokens under refresh pepper ${issuer.active}. ${reader.name} does not have it (it has ${reader.readable.join(", ")}) and answers these tokens with 503. ${fix}`;
  return others.flatMap((other) => [
    ...(other.readable.includes(own.active) ? [] : [complain(own, other)]),
    ...(own.readable.includes(other.active) ? [] : [complain(other, own)]),
  ]);
}
