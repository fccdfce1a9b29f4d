import fc from "fast-check";
import { expect, test } from "vitest";
import { contactActions } from "./contact-requests.ts";
import type { Agent, Entity, User } from "./model.ts";
import type { News } from "./news.ts";
import { Refusal } from "./refusal.ts";
import { World } from "./world.ts";

const all = { style: "page", page: 1, limit: 100 } as const;

/** Two people with an agent each. */
function cast(world: World): (User | Agent)[] {
  return ["dana", "miguel"].flatMap((handle) => {
    const { user } = world.accounts.createUser({ handle });
    const { agent } = world.accounts.registerAgent({
      ownerId: user.id,
      name: "Helper",
      description: "Helps whoever asks",
    });
    return [user, agent];
  });
}

/** One thing somebody tries; much of it is refused. */
interface Step {
  readonly what: "ask" | "remove" | "expire" | (typeof contactActions)[number];
  readonly who: number;
  readonly whom: number;
}

const step = fc.record<Step>({
  what: fc.constantFrom("ask", "remove", "expire", ...contactActions),
  who: fc.nat(3),
  whom: fc.nat(3),
});

function take(world: World, people: readonly Entity[], { what, who, whom }: Step): unknown {
  const [actor, other] = [people[who], people[whom]];
  if (actor === undefined || other === undefined) throw new Error("a cast of four");
  const { handle } = other;
  if (what === "ask") return world.contactRequests.send(actor, { handle, pointer: "/message" });
  if (what === "remove") return world.contacts.remove(actor, { handle });
  if (what === "expire") return world.contactRequests.expire();
  return world.contactRequests.respond(actor, what, { handle });
}

/** What somebody who only heard the news would say now: who has whom as a contact, and what is pending. */
class Hearsay {
  readonly contacts = new Map<string, string>();
  /** By what was approved, where `contacts` is by what was added. */
  readonly agreed = new Set<string>();
  readonly pending = new Map<string, string>();

  hear(news: News): void {
    if (news.type === "contact_added")
      this.contacts.set(news.contact.id, pair(news.contact.holder, news.contact.entity));
    if (news.type === "contact_removed") {
      expect(this.contacts.delete(news.contact.id)).toBe(true);
      this.agreed.delete(pair(news.contact.holder, news.contact.entity));
    }
    if (news.type === "contact_request_received") {
      expect([...this.pending.values()]).not.toContain(pair(news.request.requester, news.request.recipient));
      this.pending.set(news.request.id, pair(news.request.requester, news.request.recipient));
    }
    if (news.type === "contact_request_updated") {
      const { id, requester, recipient, status } = news.request;
      expect(this.pending.delete(id)).toBe(true);
      if (status === "approved") this.agreed.add(pair(requester, recipient)).add(pair(recipient, requester));
    }
  }
}

function pair(one: Entity, other: Entity): string {
  return `${one.handle} ${other.handle}`;
}

test("whatever is asked, answered and ended, contacts are mutual, and the news adds up to the lists", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      using world = new World();
      const people = cast(world);
      const hearsay = new Hearsay();
      world.subscribe((news) => hearsay.hear(news));
      for (const each of steps) {
        const before = JSON.stringify([...hearsay.contacts, ...hearsay.pending]);
        try {
          take(world, people, each);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(JSON.stringify([...hearsay.contacts, ...hearsay.pending])).toBe(before);
        }
      }

      const contacts = people.flatMap((holder) => world.contacts.list(holder, all).items);
      expect(contacts.map(({ holder, entity }) => pair(holder, entity)).toSorted()).toEqual(
        [...hearsay.contacts.values()].toSorted(),
      );
      expect([...hearsay.agreed].toSorted()).toEqual([...hearsay.contacts.values()].toSorted());
      for (const { holder, entity } of contacts) expect(world.contacts.has(entity.id, holder.id)).toBe(true);
      const sent = people.flatMap((one) => world.contactRequests.sent(one, "pending", all).items);
      const received = people.flatMap((one) => world.contactRequests.received(one, all).items);
      for (const requests of [sent, received]) {
        expect(new Map(requests.map(({ id, requester, recipient }) => [id, pair(requester, recipient)]))).toEqual(
          new Map(hearsay.pending),
        );
      }
      for (const { requester, recipient } of sent) {
        expect(world.contacts.has(requester.id, recipient.id)).toBe(false);
        expect(sent.some((other) => other.requester.id === recipient.id && other.recipient.id === requester.id)).toBe(
          false,
        );
      }
    }),
    { numRuns: 300 },
  );
});
