import type { VNode } from "preact";
import type { Delivery } from "../model/delivery.ts";
import { Icon } from "./icons.tsx";
import { plain } from "./plain.ts";

/** Where a message stands for each agent it was meant for. */
export function Deliveries({ deliveries }: { readonly deliveries: readonly Delivery[] }): VNode | null {
  if (deliveries.length === 0) return null;
  return (
    <ul class="deliveries" aria-label="Delivery">
      {deliveries.map(({ agent, status, attempt, error }) => (
        <li key={agent.id} class={`delivery delivery-${status}`}>
          {status === "processed" ? (
            <Icon name="check" />
          ) : status === "failed" ? (
            <Icon name="cross" />
          ) : (
            <i class="dot" />
          )}
          <span>
            {plain(agent.name)} <span class="delivery-status">{words(status, attempt)}</span>
            {error !== undefined && <span class="delivery-error">: {plain(error)}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function words(status: Delivery["status"], attempt: number): string {
  if (status === "processing") return attempt > 1 ? `processing, attempt ${attempt}` : "processing";
  if (status === "failed" || status === "processed") return attempt > 1 ? `${status} at attempt ${attempt}` : status;
  return status;
}
