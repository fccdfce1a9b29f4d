/** A fault can't be scripted like this; the message is one sentence that says what is possible. */
export class ScriptError extends Error {
  override readonly name = "ScriptError";
}
