import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Session } from "../session.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import type { Attempt } from "./notices.tsx";

/** Registers an agent, and then shows its key, once, with the three lines that run it. */
export function NewAgentDialog(props: {
  readonly session: Session;
  readonly attempt: Attempt;
  readonly onClose: () => void;
}): VNode {
  const { session, attempt } = props;
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [made, setMade] = useState<{ readonly name: string; readonly apiKey: string }>();
  const register = (): Promise<boolean> =>
    attempt(async () => {
      setMade(await session.api.registerAgent({ name: name.trim(), description: description.trim() }));
      await session.readPeers();
    });
  if (made) {
    return (
      <Dialog title={`${made.name} is registered`} onClose={props.onClose}>
        <div class="form">
          <p>Its key is shown only now. These three lines run your agent with it:</p>
          <Copyable text={lines(made.apiKey)} />
          <p class="quiet-text">Then bring it into a room. It answers what mentions it.</p>
          <div class="form-end">
            <button type="button" class="primary" onClick={props.onClose}>
              Done
            </button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Register an agent" onClose={props.onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void register();
        }}
      >
        <label class="field">
          <span>Name</span>
          <input
            value={name}
            minLength={3}
            maxLength={100}
            required
            placeholder="Weather"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>What it does, for people and other agents</span>
          <textarea
            value={description}
            minLength={10}
            maxLength={500}
            required
            rows={3}
            placeholder="Forecasts for a place and day"
            onInput={(event) => setDescription(event.currentTarget.value)}
          />
        </label>
        <div class="form-end">
          <button type="button" onClick={props.onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Register
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function lines(apiKey: string): string {
  return [`export THENVOI_BASE_URL=${location.origin}`, `export THENVOI_API_KEY=${apiKey}`, "node agent.js"].join("\n");
}

function Copyable({ text }: { readonly text: string }): VNode {
  const [isCopied, setCopied] = useState(false);
  return (
    <div class="copyable">
      <pre tabIndex={0}>{text}</pre>
      <button
        type="button"
        onClick={() =>
          void navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          )
        }
      >
        <Icon name={isCopied ? "check" : "copy"} /> {isCopied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
