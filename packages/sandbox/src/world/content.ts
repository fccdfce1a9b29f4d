import { invalid } from "./refusal.ts";

const longestText = 32_768;
const longestEvent = 16_384;
const invisibleOnly = /^[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Throws a 422 when a text is blank, made of invisible characters only, or longer than 32,768 characters. */
export function checkText(content: string, pointer: string): void {
  checkContent(content, pointer, longestText);
}

/** Throws a 422 when the content of an event is blank or longer than 16,384 characters. */
export function checkEventContent(content: string, pointer: string): void {
  checkContent(content, pointer, longestEvent);
}

function checkContent(content: string, pointer: string, longest: number): void {
  if (invisibleOnly.test(content)) throw invalid(pointer, "can't be blank");
  // characters are code points: a client that counts UTF-16 units or bytes stays below either way
  if (content.length > longest && Array.from(content).length > longest) {
    throw invalid(pointer, `String length is larger than maxLength: ${longest}`);
  }
}
