export { createPerson, type Person, type PersonOptions } from "@thenvoi/core";
export { createRoomHandler, type RoomAccess, type RoomHandlerOptions } from "./handler.ts";
