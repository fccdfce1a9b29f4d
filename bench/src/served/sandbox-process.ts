import { startSandbox } from "@thenvoi/sandbox";
import { listeners, show } from "./stage.ts";

/** The sandbox, with one room. */
const sandbox = await startSandbox();
const names = Array.from({ length: listeners }, (_, index) => `ada/agent${index}`);
const { id: roomId } = await sandbox.room({ users: ["ada"], agents: names });
show({
  url: sandbox.url,
  roomId,
  personKey: sandbox.registerUser("ada").apiKey,
  agents: sandbox.agents.map(({ id, apiKey }) => ({ id, apiKey })),
});
