export default function NoRoom() {
  return (
    <main className="no-room">
      <p>Choose a room, or open a new one.</p>
    </main>
  );
}
