import type { ComponentChildren, VNode } from "preact";
import { Icon } from "./icons.tsx";

/** What stands beside the room, with a name and a way to close it. */
export function Panel(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <aside
      class="panel"
      aria-label={props.title}
      onKeyDown={(event) => {
        if (event.key === "Escape") props.onClose();
      }}
    >
      <header class="panel-top">
        <h2>{props.title}</h2>
        <button type="button" class="icon-button" aria-label={`Close ${props.title}`} onClick={props.onClose}>
          <Icon name="cross" />
        </button>
      </header>
      {props.children}
    </aside>
  );
}
