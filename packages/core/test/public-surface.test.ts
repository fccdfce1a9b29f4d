import * as core from "@thenvoi/core";
import { expect, test } from "vitest";

test("what the package exports at run time changes only on purpose", () => {
  expect(Object.keys(core).sort()).toMatchInlineSnapshot(`
    [
      "ApiError",
      "AskError",
      "ConfigError",
      "HandlerError",
      "MentionError",
      "NetworkError",
      "SocketError",
      "ThenvoiError",
      "TurnClosedError",
      "WireError",
      "askPeerTool",
      "createRoomAgent",
      "createRoomClient",
      "currentTurn",
      "defaultLogger",
      "defaultTiming",
      "fromOwner",
      "fromPeople",
      "isToolFailure",
      "loadAgentConfig",
      "peerTools",
      "runAgents",
      "silentLogger",
      "transcript",
    ]
  `);
});
