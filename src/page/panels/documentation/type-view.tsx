import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Badge } from "../../parts/badge.js";
import type { ArgumentDescription, MemberDescription, TypeDescription } from "../../schema/protocol.js";
import { usePage } from "../../state/page.js";
import { DemandView } from "./demand-view.js";
import { operationFor } from "./operation-for.js";
import { TypeLink } from "./type-link.js";

interface TypeViewProps {
  readonly type: TypeDescription;
  /** The member to show first; empty for none. */
  readonly member: string;
}

const KINDS = {
  object: "type",
  interface: "interface",
  union: "union",
  enum: "enum",
  scalar: "scalar",
  input: "input",
} as const;

/** One type: its text, its demand and its members. Descriptions are text, whatever is written in them. */
export function TypeView({ type, member }: TypeViewProps): JSX.Element {
  return (
    <article class="type">
      <header>
        <h2>
          <span class="type-kind">{KINDS[type.kind]}</span> {type.name}
          {type.root !== undefined && <Badge kind="accent">root of {type.root}</Badge>}
        </h2>
        {type.description !== "" && <p class="description">{type.description}</p>}
        {type.demand !== undefined && <DemandView demand={type.demand} />}
      </header>
      <Links title="Implements" names={type.interfaces} />
      <Links title={type.kind === "union" ? "One of" : "Implemented by"} names={type.possibleTypes} />
      {type.members.length > 0 && (
        <ul class="type-members">
          {type.members.map((each) => (
            <Member key={each.name} member={each} root={type.root} isWanted={each.name === member} />
          ))}
        </ul>
      )}
      <Links title="Used by" names={type.usedBy} />
    </article>
  );
}

function Member({
  member,
  root,
  isWanted,
}: {
  readonly member: MemberDescription;
  readonly root: TypeDescription["root"];
  readonly isWanted: boolean;
}): JSX.Element {
  const page = usePage();
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isWanted) row.current?.scrollIntoView({ block: "center" });
  }, [isWanted]);
  return (
    <li ref={row} class="type-member" data-wanted={isWanted}>
      <p class="signature">
        <strong>{member.name}</strong>
        {member.type !== "" && (
          <>
            : <TypeLink type={member.type} namedType={member.namedType} />
          </>
        )}
        {member.defaultValue !== undefined && <> = {member.defaultValue}</>}
        {member.deprecated !== undefined && <Badge kind="attention">deprecated: {member.deprecated}</Badge>}
      </p>
      {root !== undefined && (
        <button
          type="button"
          class="button button-small use-field"
          onClick={() => {
            page.proposedOperation.set({ query: operationFor(root, member), isAppended: true });
            page.open("operation");
          }}
        >
          Use in the editor<span class="visually-hidden">: {member.name}</span>
        </button>
      )}
      {member.description !== "" && <p class="description">{member.description}</p>}
      {member.demand !== undefined && <DemandView demand={member.demand} />}
      {member.arguments.length > 0 && (
        <ul class="arguments" aria-label={`Arguments of ${member.name}`}>
          {member.arguments.map((each) => (
            <Argument key={each.name} argument={each} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Argument({ argument }: { readonly argument: ArgumentDescription }): JSX.Element {
  return (
    <li>
      <p class="signature">
        {argument.name}: <TypeLink type={argument.type} namedType={argument.namedType} />
        {argument.defaultValue !== undefined && <> = {argument.defaultValue}</>}
        {argument.deprecated !== undefined && (
          <Badge kind="attention">deprecated: {argument.deprecated}</Badge>
        )}
      </p>
      {argument.description !== "" && <p class="description">{argument.description}</p>}
      {argument.demand !== undefined && <DemandView demand={argument.demand} />}
    </li>
  );
}

function Links({ title, names }: { readonly title: string; readonly names: readonly string[] }): JSX.Element {
  if (names.length === 0) return <></>;
  return (
    <section class="links">
      <h3>{title}</h3>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <TypeLink type={name} namedType={name} />
          </li>
        ))}
      </ul>
    </section>
  );
}
