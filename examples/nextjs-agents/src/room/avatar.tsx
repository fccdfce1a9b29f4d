/** A letter on a colour that is always the same for the same id. */
export function Avatar({ id, name, kind = "user" }: { id: string; name: string; kind?: "user" | "agent" }) {
  const sum = [...id].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 360, 0);
  return (
    <span className="avatar" data-kind={kind} style={{ "--hue": (sum * 137) % 360 }} aria-hidden="true">
      {name.slice(0, 1).toUpperCase()}
    </span>
  );
}
