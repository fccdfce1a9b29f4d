import type { Attention as AttentionData } from "@thenvoi/ai-sdk/ui";
import { Prose } from "./prose.tsx";

interface AttentionProps {
  readonly attention: AttentionData;
  /** Only the answer of whom it mentions counts. */
  readonly asksMe: boolean;
  readonly onAnswer: (text: string) => void;
}

/** A call for attention, with its answers while it is open: a text that mentions the agent is one. */
export function Attention({ attention, asksMe, onAnswer }: AttentionProps) {
  const { text, from, blocking, resolution } = attention;
  return (
    <section className="attention" aria-label="A question" data-resolved={resolution !== undefined}>
      <Prose text={text} />
      {resolution === undefined && blocking && asksMe && (
        <p className="answers">
          <button type="button" onClick={() => onAnswer(`@${from} yes`)}>
            Allow
          </button>
          <button type="button" className="quiet" onClick={() => onAnswer(`@${from} no`)}>
            Refuse
          </button>
        </p>
      )}
      {resolution !== undefined && <p className="resolution">{resolution}</p>}
    </section>
  );
}
