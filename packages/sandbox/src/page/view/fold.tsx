import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * A line that unfolds what is behind it. Folded, the browser's search finds it all the same, and unfolds it.
 *
 * A `details` element would do as much, but brings a style sheet and a shadow tree of its own: each costs as much as an entry itself.
 */
export function Fold(props: {
  readonly class: string;
  readonly line: ComponentChildren;
  readonly children: ComponentChildren;
}): VNode {
  const [isOpen, setOpen] = useState(false);
  const behind = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => behind.current?.addEventListener("beforematch", () => setOpen(true)), []);
  return (
    <div class={`fold ${props.class}${isOpen ? " is-open" : ""}`}>
      <button type="button" class="fold-line" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {props.line}
      </button>
      <div ref={behind} hidden={isOpen ? false : "until-found"}>
        {props.children}
      </div>
    </div>
  );
}
