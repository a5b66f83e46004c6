import { SignOutButton } from "@/components/session/sign-out-button";
import { Card, PageHead } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/table";
import type { SessionEntry } from "@/lib/session/session-entry";
import type { ViewerSummary } from "@/lib/session/viewer";
import { PasswordLink } from "./password-link";
import { SessionTable } from "./session-table";

interface AccountPageProps {
  readonly viewer: Pick<ViewerSummary, "sub" | "name" | "username" | "email" | "role">;
  readonly isFederated: boolean;
  readonly hasHostedPages: boolean;
  readonly sessions: readonly SessionEntry[];
  readonly nowMs: number;
}

/** A person's own corner: nothing here is typed into Thingdeck, passwords least of all. */
export function AccountPage({ viewer, isFederated, hasHostedPages, sessions, nowMs }: AccountPageProps) {
  return (
    <div className="flex flex-col gap-4">
      <PageHead title="Account" actions={<SignOutButton sub={viewer.sub} />} />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <Card title="You">
          <Facts>
            <Fact label="Name">{viewer.name}</Fact>
            <Fact label="User name">{viewer.username}</Fact>
            <Fact label="E-mail">{viewer.email || "None"}</Fact>
          </Facts>
        </Card>
        {viewer.role !== "guest" && (
          <Card title="Sign-in">
            <SignInAdvice isFederated={isFederated} hasHostedPages={hasHostedPages} />
          </Card>
        )}
      </div>
      <Card title="Where you are signed in" isFlush>
        <SessionTable sessions={sessions} nowMs={nowMs} />
      </Card>
    </div>
  );
}

function SignInAdvice({ isFederated, hasHostedPages }: Pick<AccountPageProps, "isFederated" | "hasHostedPages">) {
  if (isFederated || !hasHostedPages) {
    return <p className="text-ink-2">Your password and second factor belong to your organisation’s sign-in service. Change them there.</p>;
  }
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="font-medium">Password</p>
        <p className="text-ink-2 mb-2">You choose a new one on the sign-in service’s page, with a code sent to your e-mail.</p>
        <PasswordLink />
      </div>
      <div>
        <p className="font-medium">Authenticator app</p>
        <p className="text-ink-2">
          Where your organisation asks for a second factor, the sign-in service shows the code to scan while you sign in; Thingdeck never
          sees it, and cannot add or remove it. After a lost phone, ask an administrator to reset it; your next sign-in then sets up the new
          one.
        </p>
      </div>
    </div>
  );
}
