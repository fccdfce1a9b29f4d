import { createRoomHandler } from "@thenvoi/ai-sdk/ui/server";
import { cookies } from "next/headers";
import { cookieName, personOf } from "../../../../people.ts";

/** A room as the browser sees it. Who is signed in sees the rooms they are in, and nobody else sees any. */
const handle = createRoomHandler({
  authorize: async () => {
    const person = personOf((await cookies()).get(cookieName)?.value);
    return person && { person };
  },
});

async function serve(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return handle(request, (await params).id);
}

export { serve as GET, serve as POST };
