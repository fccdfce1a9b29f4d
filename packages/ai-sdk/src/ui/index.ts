export type { DeliveryStatus, FeedEvent, RoomEntry, RoomPerson, RoomRequest } from "./entry.ts";
export type { FeedState } from "./feed.ts";
export type { Attention, RoomData, RoomMetadata, RoomUIMessage } from "./messages.ts";
export { RoomChatTransport, type RoomChatTransportOptions, type RoomFollower } from "./transport.ts";
