import type { VNode } from "preact";
import { plain } from "./plain.ts";

/** Someone's initials on a colour of their own; agents are square, people round. */
export function Avatar(props: {
  readonly id: string;
  readonly name: string;
  readonly kind: "User" | "Agent";
  readonly isWorking?: boolean;
  readonly size?: "small";
}): VNode {
  const { id, name, kind, isWorking = false, size } = props;
  const classes = ["avatar", `hue-${hueOf(id)}`, kind === "Agent" && "avatar-agent", size, isWorking && "is-working"];
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

function hueOf(id: string): number {
  return Array.from(id).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % 8;
}
