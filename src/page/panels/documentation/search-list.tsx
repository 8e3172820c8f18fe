import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { SearchOutcome } from "../../schema/protocol.js";
import type { SchemaStatus } from "../../schema/source.js";
import { routeHash } from "../../shell/route.js";
import { usePage } from "../../state/page.js";

interface SearchListProps {
  readonly status: SchemaStatus;
  /** The type or member that is shown. */
  readonly current: string;
}

/** Types and members to choose from. Without words: all types, the roots first. */
export function SearchList({ status, current }: SearchListProps): JSX.Element {
  const { schema } = usePage();
  const [words, setWords] = useState("");
  const [outcome, setOutcome] = useState<SearchOutcome>({ total: 0, hits: [] });

  useEffect(() => {
    let isCurrent = true;
    if (status.kind === "loaded")
      void schema.ask("search", { words }).then((found) => {
        if (isCurrent) setOutcome(found);
      });
    return () => {
      isCurrent = false;
    };
  }, [schema, status, words]);

  return (
    <div class="search">
      <label class="search-field">
        <span class="visually-hidden">Search types and fields</span>
        <input
          class="input"
          type="search"
          placeholder="Search types and fields"
          value={words}
          onInput={({ currentTarget: { value } }) => setWords(value)}
        />
      </label>
      <p class="search-count" role="status">
        {outcome.hits.length < outcome.total
          ? `${outcome.hits.length} of ${outcome.total}; search to find the others`
          : `${outcome.total} ${words.trim() === "" ? "types" : "found"}`}
      </p>
      <ul class="search-hits">
        {outcome.hits.map(({ coordinate, kind, isGuarded }) => (
          <li key={`${kind} ${coordinate}`}>
            <a
              href={routeHash("documentation", coordinate)}
              aria-current={coordinate === current ? "true" : undefined}
            >
              <span class="hit-name">{coordinate}</span>
              <span class="hit-kind">
                {isGuarded && "guarded · "}
                {kind}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
