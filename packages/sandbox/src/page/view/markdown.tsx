import { Marked, type MarkedToken, type Token } from "marked";
import type { ComponentChildren, VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { plain } from "./plain.ts";

/** Longer texts are shown as they are written: reading their Markdown could take long. */
const longestMarkdown = 20_000;
const shownAtFirst = 4_000;
const deepest = 12;

/** Who a mention token names. */
export type NameOf = (id: string) => { readonly name: string; readonly isMe?: boolean } | undefined;

const marked = new Marked({
  gfm: true,
  breaks: true,
  extensions: [
    {
      name: "mention",
      level: "inline",
      start: (source: string) => source.indexOf("@[["),
      tokenizer(source: string) {
        const [raw, id] = /^@\[\[([\w-]+)\]\]/u.exec(source) ?? [];
        return raw === undefined ? undefined : { type: "mention", raw, id };
      },
    },
  ],
});

/**
 * An agent's or a person's text, with its Markdown. Nothing of it becomes HTML: tokens become elements of our choice, HTML in it is
 * shown as text, images as links, and links go nowhere but the web and mail.
 */
export function Markdown({ text, nameOf }: { readonly text: string; readonly nameOf: NameOf }): VNode {
  const tokens = useMemo(() => read(text), [text]);
  if (!tokens) return <LongText text={text} />;
  return (
    <div class="markdown" dir="auto">
      {blocks(tokens, nameOf, 0)}
    </div>
  );
}

function LongText({ text }: { readonly text: string }): VNode {
  const [isWhole, showWhole] = useState(false);
  const hidden = text.length - shownAtFirst;
  return (
    <div class="markdown" dir="auto">
      <p class="as-written">{plain(isWhole || hidden <= 0 ? text : text.slice(0, shownAtFirst))}</p>
      {!isWhole && hidden > 0 && (
        <button type="button" class="quiet" onClick={() => showWhole(true)}>
          Show {hidden.toLocaleString("en")} more characters
        </button>
      )}
    </div>
  );
}

function read(text: string): readonly Token[] | undefined {
  if (text.length > longestMarkdown) return undefined;
  try {
    return marked.lexer(text);
  } catch {
    return undefined; // nested too deeply to be read
  }
}

function blocks(tokens: readonly Token[], nameOf: NameOf, depth: number): ComponentChildren {
  return tokens.map((token) => element(token, nameOf, depth + 1));
}

function isKnown(token: Token): token is MarkedToken {
  return token.type !== "mention";
}

function element(token: Token, nameOf: NameOf, depth: number): ComponentChildren {
  if (depth > deepest) return plain(token.raw);
  const inside = (tokens: readonly Token[] | undefined): ComponentChildren => blocks(tokens ?? [], nameOf, depth);
  if (!isKnown(token)) return <Mention id={String(token.id)} nameOf={nameOf} />;
  switch (token.type) {
    case "paragraph":
      return <p>{inside(token.tokens)}</p>;
    case "heading":
      return <p class="heading">{inside(token.tokens)}</p>; // an agent's headings are none of the page's
    case "strong":
      return <strong>{inside(token.tokens)}</strong>;
    case "em":
      return <em>{inside(token.tokens)}</em>;
    case "del":
      return <del>{inside(token.tokens)}</del>;
    case "codespan":
      return <code>{plain(token.text)}</code>;
    case "code":
      return (
        <pre tabIndex={0}>
          <code>{plain(token.text)}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{inside(token.tokens)}</blockquote>;
    case "list": {
      const items = token.items.map((item) => <li>{inside(item.tokens)}</li>);
      return token.ordered ? <ol start={Number(token.start)}>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return (
        <table>
          <thead>
            <tr>
              {token.header.map((cell) => (
                <th>{inside(cell.tokens)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {token.rows.map((row) => (
              <tr>
                {row.map((cell) => (
                  <td>{inside(cell.tokens)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
    case "link":
      return <Link href={token.href}>{inside(token.tokens)}</Link>;
    case "image":
      return <Link href={token.href}>{plain(token.text || token.href)}</Link>; // looked at only by who follows it
    case "br":
      return <br />;
    case "hr":
      return <hr />;
    case "checkbox":
      return token.checked ? "☑ " : "☐ ";
    case "escape":
      return plain(token.text);
    case "text":
      return token.tokens ? inside(token.tokens) : plain(token.text);
    case "space":
    case "def":
      return null;
    default:
      return plain(token.raw); // HTML, and whatever Markdown may become
  }
}

function Link({ href, children }: { readonly href: string; readonly children: ComponentChildren }): VNode {
  const url = URL.parse(href);
  if (!url || !["http:", "https:", "mailto:"].includes(url.protocol)) return <span>{children}</span>;
  return (
    <a href={url.href} title={url.href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function Mention({ id, nameOf }: { readonly id: string; readonly nameOf: NameOf }): VNode {
  const named = nameOf(id);
  return <bdi class={`mention${named?.isMe ? " mention-me" : ""}`}>@{plain(named?.name ?? "someone")}</bdi>;
}
