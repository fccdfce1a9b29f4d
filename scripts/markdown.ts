/** A fenced block of a Markdown page. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in their order. */
export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gmsu)].map(([, language = "", text = ""]) => ({ language, text }));
}

/** The targets of all links of a page that lead somewhere in the repository: `path`, `path#heading` or `#heading`. */
export function relativeLinks(page: string): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/gu)].flatMap(([, target = ""]) =>
    /^[a-z]+:/u.test(target) ? [] : [target],
  );
}

/** The texts of a page's headings. */
export function headings(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gmu)].map(([, text = ""]) => text);
}

/** What a link to a heading is written with. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/gu, "-");
}

/** The rows of the table whose first column has this heading, cell by cell, without the heading itself. Throws when there is none. */
export function tableRows(page: string, firstColumn: string): string[][] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith("|") && cells(line)[0] === firstColumn);
  if (start < 0) throw new Error(`No table starts with the column ${JSON.stringify(firstColumn)}`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end < 0 ? rows.length : end).map(cells);
}

/** The spans of code in a text. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/gu)].map(([, span = ""]) => span);
}

function cells(row: string): string[] {
  return row
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}

function prose(page: string): string {
  return page.replace(/^```.*?^```$/gmsu, "");
}
