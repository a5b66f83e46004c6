import { durationWords } from "@/components/fleet/time-words";
import { Badge } from "@/components/ui/badge";
import { Card, PageHead } from "@/components/ui/card";
import { Banner } from "@/components/ui/states";
import { Fact, Facts } from "@/components/ui/table";
import type { AccessReport } from "@/lib/credentials/access-report.server";
import type { Role } from "@/lib/session/viewer";
import { CanIBox } from "./can-i-box";
import { ClaimList } from "./claim-list";
import { TimeLeft } from "./time-left";

const ROLE_WORDS: Record<Role, string> = { operator: "Operator", admin: "Admin", guest: "Guest" };

interface AccessPageProps {
  readonly who: {
    readonly name: string;
    readonly role: Role;
    readonly provider: string;
    readonly groups: readonly string[];
    readonly claims: Readonly<Record<string, unknown>>;
    readonly sessionAgeMs: number;
    readonly sessionLeftMs: number;
    readonly tokenLeftMs: number;
    readonly renewalLeftMs: number;
  };
  readonly may: AccessReport | { readonly sentence: string };
  readonly sites: readonly { id: string; label: string }[];
}

/** First the question that people come with; then who you are, from the user pool, and what you may do, from the identity pool and AWS IoT. */
export function AccessPage({ who, may, sites }: AccessPageProps) {
  return (
    <div className="flex flex-col gap-4">
      <PageHead title="Access" lead="Who you are comes from the user pool; what you may do comes from AWS policy. This page shows both." />
      <Card title="Can I …?">
        <CanIBox />
      </Card>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <Card title="Who you are">
          <WhoYouAre who={who} />
        </Card>
        <Card title="What you may do">
          {"sentence" in may ? <Banner tone="caution">{may.sentence}</Banner> : <WhatYouMay may={may} sites={sites} who={who} />}
        </Card>
      </div>
    </div>
  );
}

function WhoYouAre({ who }: Pick<AccessPageProps, "who">) {
  return (
    <div className="flex flex-col gap-4">
      <Facts>
        <Fact label="Signed in as">{who.name}</Fact>
        <Fact label="Through">{who.role === "guest" ? "No account, as a guest" : who.provider}</Fact>
        <Fact label="Groups">
          <span className="flex flex-wrap gap-1">
            {who.groups.length === 0 ? "None" : who.groups.map((group) => <Badge key={group}>{group}</Badge>)}
          </span>
        </Fact>
        <Fact label="Session age">{durationWords(who.sessionAgeMs)}</Fact>
        <Fact label="Ends if unused in">
          <TimeLeft leftMs={who.sessionLeftMs} overWords="any moment" />
        </Fact>
      </Facts>
      {Object.keys(who.claims).length > 0 && (
        <details>
          <summary className="caption">Claims of your ID token</summary>
          <div className="mt-2">
            <ClaimList claims={who.claims} />
          </div>
        </details>
      )}
    </div>
  );
}

interface WhatYouMayProps extends Pick<AccessPageProps, "who" | "sites"> {
  readonly may: AccessReport;
}

function WhatYouMay({ may, who, sites }: WhatYouMayProps) {
  return (
    <div className="flex flex-col gap-4">
      <Facts>
        <Fact label="Role">
          {ROLE_WORDS[who.role]}: {may.roleName}
        </Fact>
        <Fact label="Sites">{sites.length === 0 ? "None yet" : sites.map(({ label }) => label).join(", ")}</Fact>
        <Fact label="Identity">
          <span className="text-small font-mono break-all">{may.identityId}</span>
        </Fact>
        <Fact label="IoT policies">
          <span className="flex flex-wrap gap-1">
            {may.attachedPolicyNames.length === 0
              ? "None attached"
              : may.attachedPolicyNames.map((name) => <Badge key={name}>{name}</Badge>)}
          </span>
        </Fact>
        {who.role !== "guest" && (
          <>
            <Fact label="ID token left">
              <TimeLeft leftMs={who.tokenLeftMs} overWords="being renewed" />
            </Fact>
            <Fact label="Next renewal in">
              <TimeLeft leftMs={who.renewalLeftMs} overWords="a minute at most" />
            </Fact>
          </>
        )}
        <Fact label="Browser keys">Read only, one hour each, renewed five minutes before their end</Fact>
      </Facts>
      <div>
        <h3 className="caption mb-2">Which means you may</h3>
        {may.sentences.length === 0 ? (
          <p className="text-ink-2">
            {sites.length === 0
              ? "Nothing yet: you belong to no site. Ask an administrator to add you to the group of one, then sign in again."
              : "Nothing yet: no policy is attached to you. It is attached when your first live connection opens."}
          </p>
        ) : (
          <ul className="flex flex-col gap-1.5">
            {may.sentences.map(({ text, pattern }) => (
              <li key={text}>
                {text} <span className="text-small text-ink-3 font-mono break-all">{pattern}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
