import type { VNode } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { type Account, readAccounts } from "../platform/sandbox-api.ts";
import { hashOf, type Route, readRoute } from "../route.ts";
import { Session } from "../session.ts";
import { Desk } from "./desk.tsx";
import { FirstPerson } from "./first-person.tsx";
import { Notices, useNotices } from "./notices.tsx";

/** The whole page: finds out who one may be, and opens a desk for one of them. */
export function Page(): VNode {
  const [people, setPeople] = useState<readonly Account[]>();
  const [route, setRoute] = useState<Route>(() => readRoute(location.hash));
  const notices = useNotices();
  const { attempt } = notices;
  const readPeople = useCallback(() => attempt(async () => setPeople((await readAccounts()).users)), [attempt]);
  useEffect(() => {
    void readPeople();
    const follow = (): void => setRoute(readRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [readPeople]);
  const me = people?.find(({ handle }) => handle === route.person) ?? people?.[0];
  const session = useSession(me);
  const go = useCallback((to: Route): void => {
    location.hash = hashOf(to);
  }, []);
  return (
    <>
      {session ? (
        <Desk key={session.me.id} session={session} people={people ?? []} room={route.room} go={go} attempt={attempt} />
      ) : (
        people?.length === 0 && <FirstPerson made={readPeople} attempt={attempt} />
      )}
      <Notices notices={notices} />
    </>
  );
}

function useSession(me: Account | undefined): Session | undefined {
  const [session, setSession] = useState<Session>();
  const { id } = me ?? {};
  useEffect(() => {
    if (!me) return undefined;
    const opened = new Session(me);
    setSession(opened);
    return () => opened.close();
  }, [id]);
  return session?.me.id === id ? session : undefined;
}
