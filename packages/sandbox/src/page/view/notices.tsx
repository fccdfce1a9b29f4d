import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";

/** Does something and tells the person when it fails. The answer says whether it was done. */
export type Attempt = (what: () => Promise<unknown>) => Promise<boolean>;

interface Notice {
  readonly id: number;
  readonly text: string;
}

const shownMs = 8_000;
let lastId = 0;

export function useNotices() {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const dismiss = useCallback((id: number) => setNotices((all) => all.filter((each) => each.id !== id)), []);
  const attempt: Attempt = useCallback(
    async (what) => {
      try {
        await what();
        return true;
      } catch (error) {
        const id = ++lastId;
        const text = error instanceof Error ? error.message : String(error);
        setNotices((all) => [...all.slice(-2), { id, text }]);
        setTimeout(() => dismiss(id), shownMs);
        return false;
      }
    },
    [dismiss],
  );
  return useMemo(() => ({ notices, attempt, dismiss }), [notices, attempt, dismiss]);
}

export function Notices({ notices: { notices, dismiss } }: { readonly notices: ReturnType<typeof useNotices> }): VNode {
  return (
    <div class="notices" role="alert">
      {notices.map(({ id, text }) => (
        <p key={id} class="notice">
          <Icon name="alert" />
          <span>{text}</span>
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="cross" />
          </button>
        </p>
      ))}
    </div>
  );
}
