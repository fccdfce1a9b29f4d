import type { VNode } from "preact";
import { memo } from "preact/compat";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../model/entry.ts";
import type { Block } from "../model/timeline.ts";
import type { RoomView } from "../session.ts";
import { EntryView, type Say } from "./entry-view.tsx";
import type { NameOf } from "./markdown.tsx";

const nobody: ReadonlySet<string> = new Set();
/** Who is at work matters to the newest blocks only; the others are not drawn anew for it. */
const freshBlocks = 2;
const nearTopPx = 300;
const nearEndPx = 80;

/** What happens in a room, oldest first. It stays at its end as things happen, unless one has scrolled back. */
export function TimelineView(props: {
  readonly room: RoomView;
  readonly me: string;
  readonly nameOf: NameOf;
  readonly say: Say;
  readonly readEarlier: () => Promise<boolean>;
}): VNode {
  const { room, readEarlier } = props;
  const { blocks, hasEarlier } = room;
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [isAway, setAway] = useState(false);
  const [isReading, setReading] = useState(false);
  const toEnd = (): void => {
    const { current } = scroller;
    if (current) current.scrollTop = current.scrollHeight;
  };
  const more = (): void => {
    const { current } = scroller;
    if (isReading || !hasEarlier || !current) return;
    setReading(true);
    current.scrollTop = Math.max(current.scrollTop, 1); // at the very top browsers don't hold what is in sight in its place
    void readEarlier().finally(() => setReading(false));
  };
  useLayoutEffect(() => {
    if (isAtEnd.current) toEnd();
  }, [blocks]);
  useEffect(() => {
    // what is drawn for the first time as it comes into sight grows then
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) toEnd();
    });
    const { current } = scroller;
    if (current) observer.observe(current);
    if (current?.firstElementChild) observer.observe(current.firstElementChild);
    return () => observer.disconnect();
  }, []);
  const onScroll = (): void => {
    const { current } = scroller;
    if (!current) return;
    isAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < nearEndPx;
    setAway(!isAtEnd.current);
    if (current.scrollTop < nearTopPx) more();
  };
  return (
    <div class="timeline-frame">
      <div
        class="timeline"
        ref={scroller}
        onScroll={onScroll}
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
          {room.isRead && blocks.length === 0 && <p class="empty">Nothing was said here yet.</p>}
          {blocks.map((block, index) => (
            <BlockView
              key={block[0]?.id}
              block={block}
              before={blocks[index - 1]?.at(-1)}
              working={index >= blocks.length - freshBlocks ? room.working : nobody}
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
