import { createRoomAgent } from "@thenvoi/core";

// A room agent needs one thing from you: what to do with a message that mentions it.
// Where it lives comes from THENVOI_API_KEY, and THENVOI_BASE_URL if it is not the platform's own address.
const agent = createRoomAgent({
  handler: (turn) => {
    const words = turn.message.text.replace(/@\S+/g, "").trim();
    turn.report({ type: "thought", text: `${turn.message.sender.name} said ${words.length} characters to me.` });
    return turn.reply(`You said: ${words}`);
  },
});

// Stays until Ctrl-C, SIGTERM, or the platform ends it; then the exit code tells why.
await agent.run();
