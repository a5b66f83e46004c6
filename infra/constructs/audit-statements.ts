import { type aws_dynamodb as dynamodb, aws_iam as iam } from "aws-cdk-lib";
import { AUDIT_UPDATE_ATTRIBUTES, ROW_KEYS } from "../../lib/shadow/audit-store.ts";
import { RECENT_KEYS, RECENT_UPDATE_ATTRIBUTES } from "../../lib/shadow/recent-rows.ts";
import type { AuditIndexName } from "./tables.ts";

/** Which rows somebody puts, by partition key, and which indexes they read. */
type AuditAccess = ({ puts: string[] } | { putsAllBut: string[] }) & { reads: AuditIndexName[] };

/**
 * No DeleteItem, no Scan, no batch write: a row is put once, and only its outcome changes. IAM has no condition on whether a put is
 * conditional, but it has one on keys: who puts rows of one kind cannot put over the others' rows, nor over what a thing's item names.
 */
export function auditStatements(audit: dynamodb.Table, { reads, ...rows }: AuditAccess): iam.PolicyStatement[] {
  const [operator, keys] = "puts" in rows ? ["StringLike", rows.puts] : ["StringNotLike", rows.putsAllBut];
  return [
    new iam.PolicyStatement({ actions: ["dynamodb:GetItem"], resources: [audit.tableArn] }),
    new iam.PolicyStatement({
      actions: ["dynamodb:PutItem"],
      resources: [audit.tableArn],
      conditions: { [`ForAllValues:${operator}`]: { "dynamodb:LeadingKeys": keys } },
    }),
    mayUpdate(audit, ROW_KEYS, AUDIT_UPDATE_ATTRIBUTES),
    mayUpdate(audit, RECENT_KEYS, RECENT_UPDATE_ATTRIBUTES),
    ...(reads.length > 0
      ? [new iam.PolicyStatement({ actions: ["dynamodb:Query"], resources: reads.map((name) => `${audit.tableArn}/index/${name}`) })]
      : []),
  ];
}

function mayUpdate(audit: dynamodb.Table, keys: string, attributes: readonly string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ["dynamodb:UpdateItem"],
    resources: [audit.tableArn],
    conditions: {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [keys] },
      "ForAllValues:StringEquals": { "dynamodb:Attributes": attributes },
    },
  });
}
