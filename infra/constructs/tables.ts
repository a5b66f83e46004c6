import { aws_dynamodb as dynamodb, RemovalPolicy } from "aws-cdk-lib";
import { Construct } from "constructs";

const AUDIT_INDEXES = [
  /** The audit page: all rows of a day by time. */
  { name: "by-time", partition: "day", sort: "at" },
  { name: "by-thing", partition: "thing", sort: "at" },
  { name: "by-run", partition: "run", sort: "at" },
  // The last two are sparse: a closed row drops `openThing` and `open` and so leaves them.
  { name: "open-by-thing", partition: "openThing", sort: "at" },
  { name: "by-deadline", partition: "open", sort: "deadlineMs" },
] as const;

/** Sealed sessions; the audit log; and what people keep on the deck (runs, lock-out tags, saved views). */
export class Tables extends Construct {
  readonly sessions: dynamodb.Table;
  readonly audit: dynamodb.Table;
  readonly workspace: dynamodb.Table;

  constructor(scope: Construct, id: string) {
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
  }

  private createTable(id: string, tableName: string, sortKey?: string): dynamodb.Table {
    return new dynamodb.Table(this, id, {
      tableName,
      partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING },
      ...(sortKey !== undefined && { sortKey: { name: sortKey, type: dynamodb.AttributeType.STRING } }),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "ttl",
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
