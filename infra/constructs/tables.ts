import { aws_dynamodb as dynamodb, RemovalPolicy } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";

/** For lists, and for what is a while ago: DynamoDB keeps an index up only eventually. What must not be missed is found by the table's own keys. */
export const AUDIT_INDEXES = [
  /** The audit page: all rows of a day by time. */
  { name: "by-time", partition: "day", sort: "at" },
  { name: "by-thing", partition: "thing", sort: "at" },
  { name: "by-run", partition: "run", sort: "at" },
  // Sparse: a row that nobody waits for drops `open` and so leaves it.
  { name: "by-deadline", partition: "open", sort: "deadlineMs" },
] as const;

export type AuditIndexName = (typeof AUDIT_INDEXES)[number]["name"];

/** Sealed sessions; the audit log; what people keep on the deck (runs, lock-out tags, saved views); alarms; and the minutes of the past. */
export class Tables extends Construct {
  readonly sessions: dynamodb.Table;
  readonly audit: dynamodb.Table;
  readonly workspace: dynamodb.Table;
  readonly alarms: dynamodb.Table;
  /** Undefined when the deployer switched history off. */
  readonly history: dynamodb.Table | undefined;

  constructor(scope: Construct, id: string, { history }: Pick<Settings, "history">) {
    super(scope, id);
    this.sessions = this.createTable("Sessions", "thingdeck-sessions");
    this.audit = this.createTable("Audit", "thingdeck-audit", "sk");
    for (const { name, partition, sort } of AUDIT_INDEXES) {
      const isTime = sort === "deadlineMs";
      this.audit.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partition, type: dynamodb.AttributeType.STRING },
        sortKey: { name: sort, type: isTime ? dynamodb.AttributeType.NUMBER : dynamodb.AttributeType.STRING },
      });
    }
    this.workspace = this.createTable("Workspace", "thingdeck-workspace", "sk");
    this.alarms = this.createTable("Alarms", "thingdeck-alarms", "sk");
    if (history === "on") this.history = this.createTable("History", "thingdeck-history", "sk", dynamodb.AttributeType.NUMBER);
  }

  private createTable(id: string, tableName: string, sortKey?: string, sortType = dynamodb.AttributeType.STRING): dynamodb.Table {
    return new dynamodb.Table(this, id, {
      tableName,
      partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING },
      ...(sortKey !== undefined && { sortKey: { name: sortKey, type: sortType } }),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "ttl",
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
