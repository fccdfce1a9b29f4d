import * as z from "zod";
import type { Sender } from "../model/message.ts";
import { handleField, kindField, nameField } from "./fields.ts";

/** Someone who did something, as they were called then. */
export const actorField = z
  .looseObject({ id: z.string().catch(""), type: kindField, name: nameField, handle: handleField })
  .transform(
    ({ id, type, name, handle }): Sender => ({ id, kind: type, name: name === "" ? (handle ?? "") : name, handle }),
  );
/** Stands where the platform names no one. */
export const nobody: Sender = { id: "", kind: "agent", name: "", handle: undefined };
