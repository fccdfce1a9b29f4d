"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

export function RoomLink({ id, title }: { id: string; title: string }) {
  const href = `/rooms/${id}`;
  return (
    <Link href={href} aria-current={usePathname() === href ? "page" : undefined}>
      {title}
    </Link>
  );
}
