const marks = /(```\w*\n[\s\S]*?\n```\n?|`[^`\n]+`|@[\p{L}\p{N}._/-]*[\p{L}\p{N}])/u;

/** A text as it was written, with names and code set apart. Never HTML: anyone can write anything here. */
export function Prose({ text, className }: { text: string; className?: string }) {
  let offset = 0;
  return (
    <div className={className}>
      {text.split(marks).map((piece) => {
        const key = offset;
        offset += piece.length;
        if (piece.startsWith("```")) return <pre key={key}>{piece.replace(/^```\w*\n|\n```\n?$/gu, "")}</pre>;
        if (piece.startsWith("`")) return <code key={key}>{piece.slice(1, -1)}</code>;
        return piece.startsWith("@") ? <b key={key}>{piece}</b> : piece;
      })}
    </div>
  );
}
