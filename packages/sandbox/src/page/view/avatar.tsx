import type { VNode } from "preact";
import { Hues } from "../model/hues.ts";
import { plain } from "./plain.ts";

const hues = new Hues();

/** Someone's initials on a colour of their own; agents are square, people round. */
export function Avatar(props: {
  readonly id: string;
  readonly name: string;
  readonly kind: "User" | "Agent";
  readonly isWorking?: boolean;
  readonly size?: "small";
}): VNode {
  const { id, name, kind, isWorking = false, size } = props;
  const classes = ["avatar", `hue-${hues.of(id)}`, kind === "Agent" && "avatar-agent", size, isWorking && "is-working"];
  return (
    <span class={classes.filter(Boolean).join(" ")} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = plain(name)
    .split(/[\s/_-]+/u)
    .filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => Array.from(word)[0] ?? "");
  return letters.join("").toUpperCase() || "?";
}
