import * as core from "@thenvoi/core";
import { expect, test } from "vitest";

test("what the package exports at run time changes only on purpose", () => {
  expect(Object.keys(core).sort()).toMatchInlineSnapshot(`
    [
      "ApiError",
      "ConfigError",
      "HandlerError",
      "MentionError",
      "NetworkError",
      "SocketError",
      "ThenvoiError",
      "TurnClosedError",
      "WireError",
      "createRoomAgent",
      "createRoomClient",
      "defaultLogger",
      "defaultTiming",
      "fromOwner",
      "fromPeople",
      "loadAgentConfig",
      "runAgents",
      "silentLogger",
      "transcript",
    ]
  `);
});
