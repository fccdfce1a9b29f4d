import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

const nearEndPx = 80;
/** The browser may leave a fraction of a pixel. */
const atEndPx = 2;

/** A scroller that stays at its end as it grows, and where it is once one has scrolled back. */
export interface FollowedEnd {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Scrolled back so far that the end is out of sight. */
  readonly isAway: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/**
 * Keeps a scroller with one element in it at its end. `first` names what is first in it: when that changes, something came in above,
 * and what is in sight stays.
 *
 * The browser tells of a new size between laying out and drawing: to scroll then costs no second layout, and no jump is seen.
 */
export function useFollowedEnd(first: string | undefined): FollowedEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const [isAway, setAway] = useState(false);
  const place = useRef({ follows: true, fromEnd: 0, first });
  const shownFirst = useRef(first);
  shownFirst.current = first;
  const look = (): void => {
    const { current } = scroller;
    if (!current) return;
    const fromEnd = current.scrollHeight - current.scrollTop;
    const hiddenPx = fromEnd - current.clientHeight;
    place.current = { follows: hiddenPx < atEndPx, fromEnd, first: shownFirst.current };
    setAway(hiddenPx > nearEndPx);
  };
  useEffect(() => {
    const { current } = scroller;
    const inside = current?.firstElementChild;
    if (!current || !inside) return undefined;
    const settle = (): void => {
      if (place.current.follows) current.scrollTop = current.scrollHeight;
      else if (place.current.first !== shownFirst.current)
        current.scrollTop = current.scrollHeight - place.current.fromEnd;
      look();
    };
    const sizes = new ResizeObserver(settle);
    sizes.observe(current);
    sizes.observe(inside);
    current.addEventListener("click", unfold); // by key too: that is a click of its line
    return () => {
      sizes.disconnect();
      current.removeEventListener("click", unfold);
    };
    /** Who unfolds something wants to see it open downwards, not pushed up from the end. */
    function unfold({ target }: Event): void {
      if (target instanceof Element && target.closest(".fold-line")) place.current.follows = false;
    }
  }, []);
  /** What came in above is settled first, in this same frame. */
  const onScroll = (): void => {
    if (place.current.first === shownFirst.current) look();
  };
  const toEnd = (): void => scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  return { scroller, isAway, onScroll, toEnd };
}
