import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { parseAlarmEvent } from "../../lib/alarms/alarm-event.ts";
import { recordAlarms, type UpdateAlarm } from "../../lib/alarms/raise-alarm.ts";

const { ALARMS_TABLE } = process.env;
const documents = DynamoDBDocumentClient.from(new DynamoDBClient());

const update: UpdateAlarm = async (input) => {
  try {
    await documents.send(new UpdateCommand({ TableName: ALARMS_TABLE, ...input }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

/**
 * Called by the rule `thingdeck_alarms` with messages that break the loosest limit of any type, and by `thingdeck_faults` with shadows
 * that carry `alarm`; judges by the thing's own type. A failure is AWS's to deliver again, and repeating is safe.
 */
export async function handler(event: unknown): Promise<void> {
  const report = parseAlarmEvent(event);
  if (report) await recordAlarms(report, update);
}
