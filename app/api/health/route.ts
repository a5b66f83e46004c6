import { reply, route } from "@/lib/platform/http.server";

/** Says that the process answers; tells nothing about anybody and asks nobody else. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  { GET: () => Promise.resolve(reply({ ok: true })) },
  { access: "public" },
);
