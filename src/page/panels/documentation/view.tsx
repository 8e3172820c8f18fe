import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Empty } from "../../parts/empty.js";
import { Notice } from "../../parts/notice.js";
import type { TypeDescription } from "../../schema/protocol.js";
import { Split } from "../../shell/split.js";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import type { PanelProps } from "../panel.js";
import "./documentation.css";
import { SearchList } from "./search-list.js";
import { TypeView } from "./type-view.js";

/** Types and fields as the caller may see them, with their guards. The address names what is shown: `User.email`. */
export function View({ panel, detail, isShown }: PanelProps): JSX.Element {
  const { schema } = usePage();
  const status = useStore(schema.status);
  const [shown, setShown] = useState("");
  const [type, setType] = useState<TypeDescription>();
  useEffect(() => schema.start(), [schema]);
  useEffect(() => {
    // Another panel is shown: what stands here stays as it is.
    if (isShown) setShown(detail);
  }, [detail, isShown]);

  const frame = useRef<HTMLDivElement>(null);
  const [name = "", member = ""] = shown.split(".");
  useEffect(() => {
    // Another type begins at its top; where list and type are one below the other, it is brought into view.
    if (member === "") frame.current?.scrollTo(0, 0);
    if (isShown && name !== "" && globalThis.matchMedia("(max-width: 56rem)").matches)
      frame.current?.scrollIntoView();
  }, [name, member, isShown]);
  useEffect(() => {
    let isCurrent = true;
    if (status.kind === "loaded")
      void schema.ask("describe", { type: name === "" ? "Query" : name }).then((found) => {
        if (isCurrent) setType(found);
      });
    return () => {
      isCurrent = false;
    };
  }, [schema, status, name]);

  if (status.kind === "refused")
    return (
      <Notice kind="attention" title="The schema is not available">
        <p>{status.message}</p>
        <p>A gateway in production may allow introspection to nobody. Signing in may help.</p>
        <button type="button" class="button" onClick={() => void schema.reload()}>
          Load it again
        </button>
      </Notice>
    );
  if (status.kind !== "loaded" && type === undefined)
    return <Empty icon={panel.icon} title="Loading the schema …" />;
  return (
    <Split
      name="documentation"
      label="Width of the list"
      direction="columns"
      initial={28}
      first={<SearchList status={status} current={shown} />}
      second={
        <div ref={frame} class="type-frame">
          {type === undefined ? (
            <Empty icon={panel.icon} title={name === "" ? "Choose a type" : `There is no type ${name}`}>
              <p>As you may see the schema. With another sign-in there may be more.</p>
            </Empty>
          ) : (
            <>
              {status.kind === "loaded" && !status.hasAccess && (
                <Notice kind="info">
                  <p>This gateway does not show its guards. The schema is shown as you may see it.</p>
                </Notice>
              )}
              <TypeView type={type} member={member} />
            </>
          )}
        </div>
      }
    />
  );
}
