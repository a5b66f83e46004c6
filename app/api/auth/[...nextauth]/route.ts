import { handleAuth } from "@/lib/session/auth-handler.server";

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

/** Sign-in, callback and sign-out; which method fits which action is decided in one table behind it. */
async function handler(request: Request, { params }: Context): Promise<Response> {
  return await handleAuth(request, (await params).nextauth);
}

export { handler as DELETE, handler as GET, handler as HEAD, handler as OPTIONS, handler as PATCH, handler as POST, handler as PUT };
