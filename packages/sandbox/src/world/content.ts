import { invalid } from "./refusal.ts";

const longestEvent = 16_384;
const invisibleOnly = /^[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Throws a 422 when a text is blank or made of invisible characters only. The platform publishes no limit for its length. */
export function checkText(content: string, pointer: string): void {
  checkIsVisible(content, pointer);
}

/** Throws a 422 when the content of an event is blank or longer than 16,384 characters. */
export function checkEventContent(content: string, pointer: string): void {
  checkIsVisible(content, pointer);
  checkLength(content, longestEvent, pointer);
}

/** Throws a 422 when the text has more characters than `longest`. */
export function checkLength(content: string, longest: number, pointer: string): void {
  // characters are code points: a client that counts UTF-16 units or bytes stays below either way
  if (content.length > longest && Array.from(content).length > longest) {
    throw invalid(pointer, `String length is larger than maxLength: ${longest}`);
  }
}

function checkIsVisible(content: string, pointer: string): void {
  if (invisibleOnly.test(content)) throw invalid(pointer, "can't be blank");
}
