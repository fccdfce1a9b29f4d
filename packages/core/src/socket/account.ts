/** Whose connection it is. A person may have any number at a time, an agent one. */
export type Account =
  | {
      readonly kind: "agent";
      readonly id: string;
      /** Who gives way when another process is connected as this agent: that one, or we. */
      readonly onConflict: "supersede" | "reject";
    }
  | { readonly kind: "user"; readonly id: string };

/** What an upgrade request says of the account, beside the key in its header. @see PROTOCOL.md, "connecting" */
export function upgradeParameters(account: Account): Readonly<Record<string, string>> {
  return account.kind === "agent" ? { agent_id: account.id, on_conflict: account.onConflict } : {};
}

/** What to check when the key is not taken. */
export function keyAdvice(account: Account): string {
  return account.kind === "agent"
    ? "check that the API key is this agent's and that agentId, where it is set, is the id of the same agent"
    : "check that the API key is a person's and was not revoked";
}
