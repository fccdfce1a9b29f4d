import type { VNode } from "preact";
import { memo } from "preact/compat";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Entry } from "../model/entry.ts";
import type { Block } from "../model/timeline.ts";
import type { RoomView } from "../session.ts";
import { EntryView, type Say } from "./entry-view.tsx";
import { useFollowedEnd } from "./followed-end.ts";
import type { NameOf } from "./markdown.tsx";

const nobody: ReadonlySet<string> = new Set();
/** Who is at work matters to the newest blocks only; the others are not drawn anew for it. */
const freshBlocks = 2;
const nearTopPx = 300;
/** So many blocks are in the document, and more as one scrolls back: what is far above costs nothing while things happen. */
const blocksAtFirst = 6;
const blocksMore = 12;

/** What happens in a room, oldest first. It stays at its end as things happen, unless one has scrolled back. */
export function TimelineView(props: {
  readonly room: RoomView;
  readonly me: string;
  readonly nameOf: NameOf;
  readonly say: Say;
  readonly readEarlier: () => Promise<boolean>;
}): VNode {
  const { room, readEarlier } = props;
  const [isReading, setReading] = useState(false);
  /** How many blocks are left out, once one has scrolled back: nothing in sight goes away. */
  const [leftOut, setLeftOut] = useState<number>();
  const hidden = leftOut ?? Math.max(0, room.blocks.length - blocksAtFirst);
  const blocks = hidden > 0 ? room.blocks.slice(hidden) : room.blocks;
  const { scroller, isAway, onScroll, toEnd } = useFollowedEnd(blocks[0]?.[0]?.id);
  const hasEarlier = hidden > 0 || room.hasEarlier;
  const more = (): void => {
    if (isReading || !hasEarlier) return;
    setLeftOut(Math.max(0, hidden - blocksMore));
    if (hidden > blocksMore || !room.hasEarlier) return;
    setReading(true);
    void readEarlier().finally(() => setReading(false));
  };
  useLayoutEffect(() => setLeftOut(isAway ? hidden : undefined), [isAway]);
  return (
    <div class="timeline-frame">
      <div
        class="timeline"
        ref={scroller}
        onScroll={({ currentTarget }) => {
          onScroll();
          if (currentTarget.scrollTop < nearTopPx) more();
        }}
        tabIndex={0}
        role="log"
        aria-label="Timeline"
        aria-busy={isReading}
      >
        <div class="timeline-inside">
          {hasEarlier && (
            <button type="button" class="quiet earlier" onClick={more} disabled={isReading}>
              {isReading ? "Reading…" : "Show earlier"}
            </button>
          )}
          {room.isRead && room.blocks.length === 0 && <p class="empty">Nothing was said here yet.</p>}
          {blocks.map((block, index) => (
            <BlockView
              key={block[0]?.id}
              block={block}
              before={room.blocks[hidden + index - 1]?.at(-1)}
              working={index >= blocks.length - freshBlocks ? room.people.working : nobody}
              me={props.me}
              nameOf={props.nameOf}
              say={props.say}
            />
          ))}
        </div>
      </div>
      {isAway && (
        <button type="button" class="to-end" onClick={toEnd}>
          To the newest
        </button>
      )}
    </div>
  );
}

interface BlockProps {
  readonly block: Block;
  readonly before: Entry | undefined;
  readonly working: ReadonlySet<string>;
  readonly me: string;
  readonly nameOf: NameOf;
  readonly say: Say;
}

const BlockView = memo(
  function BlockView({ block, before, working, me, nameOf, say }: BlockProps): VNode {
    return (
      <div class="block">
        {block.map((entry, index) => (
          <EntryView
            key={entry.id}
            entry={entry}
            isFirst={!goesOn(block[index - 1] ?? before, entry)}
            isWorking={working.has(entry.sender.id)}
            me={me}
            nameOf={nameOf}
            say={say}
          />
        ))}
      </div>
    );
  },
  (one, other) =>
    one.block === other.block &&
    one.working === other.working &&
    one.nameOf === other.nameOf &&
    one.before?.sender.id === other.before?.sender.id &&
    one.before?.at === other.before?.at,
);

const pauseMs = 5 * 60_000;

/** Said by the same one soon after: it needs no name of its own. */
function goesOn(before: Entry | undefined, entry: Entry): boolean {
  return before?.sender.id === entry.sender.id && Date.parse(entry.at) - Date.parse(before.at) < pauseMs;
}
