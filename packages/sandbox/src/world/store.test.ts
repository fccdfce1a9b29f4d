import { expect, test } from "vitest";
import type { News } from "./news.ts";
import { Store } from "./store.ts";

const news = (roomId: string): News => ({ type: "room_deleted", roomId });
const open = () => new Store(":memory:", Date.now);
const count = (store: Store) => store.ids("SELECT key AS id FROM keys").length;

function insert(store: Store, key: string): void {
  store.run(
    "INSERT OR IGNORE INTO entities (id, kind, handle, name, inserted_at, updated_at) VALUES ('e', 'User', 'e', 'e', '', '')",
  );
  store.run("INSERT INTO keys (key, entity_id, inserted_at) VALUES (?, 'e', '')", key);
}

test("a change that throws leaves nothing and tells nothing", () => {
  using store = open();
  const heard: News[] = [];
  store.subscribe((item) => heard.push(item));

  expect(() =>
    store.change(() => {
      insert(store, "a");
      store.publish(news("a"));
      store.change(() => insert(store, "b"));
      throw new Error("no");
    }),
  ).toThrow("no");

  expect(count(store)).toBe(0);
  store.change(() => store.publish(news("c")));
  expect(heard).toEqual([news("c")]);
});

test("news is told after the commit, and what a listener causes comes after it for everyone", () => {
  using store = open();
  const heard: string[] = [];
  store.subscribe((item) => {
    if (item.type !== "room_deleted") return;
    heard.push(`first ${item.roomId} ${count(store)}`);
    if (item.roomId === "a") {
      store.change(() => {
        insert(store, "from a listener");
        store.publish(news("c"));
      });
    }
  });
  store.subscribe((item) => item.type === "room_deleted" && heard.push(`second ${item.roomId}`));

  store.change(() => {
    store.publish(news("a"));
    store.publish(news("b"));
    insert(store, "k");
  });

  expect(heard).toEqual(["first a 1", "second a", "first b 2", "second b", "first c 2", "second c"]);
});

test("a listener that left hears no more", () => {
  using store = open();
  const heard: News[] = [];
  const leave = store.subscribe((item) => heard.push(item));
  store.publish(news("a"));
  leave();
  store.publish(news("b"));
  expect(heard).toEqual([news("a")]);
});
