import "server-only";
import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { AppError } from "../platform/app-error.ts";
import { dynamo } from "../platform/aws-clients.server.ts";
import { env } from "../platform/env.server.ts";

const VIEWS_MAX = 50;
const name = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u);

/** A list's filters under a name; `search` is the query part of its address. */
export const savedViewSchema = z.strictObject({
  name,
  search: z
    .string()
    .max(1024)
    .regex(/^(\?[\x21-\x22\x24-\x7e]*)?$/),
});
export type SavedView = z.infer<typeof savedViewSchema>;
export const savedViewNameSchema = name;

const keyOf = (sub: string): string => `views#${sub}`;

async function attempt<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError("workspace/unavailable", { cause });
  }
}

/** The viewer's saved views by name; throws workspace/unavailable. */
export function listViews(sub: string): Promise<SavedView[]> {
  return attempt(async () => {
    const { Items } = await dynamo().send(
      new QueryCommand({
        TableName: env().WORKSPACE_TABLE,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": keyOf(sub) },
        Limit: VIEWS_MAX,
      }),
    );
    return (Items ?? []).flatMap((item: Record<string, unknown>) => {
      const view = savedViewSchema.safeParse({ name: item.name, search: item.search });
      return view.success ? [view.data] : [];
    });
  });
}

/** Saves a view, replacing one of the same name; throws workspace/unavailable, request/malformed beyond 50. */
export function saveView(sub: string, view: SavedView): Promise<SavedView[]> {
  return attempt(async () => {
    const views = await listViews(sub);
    const others = views.filter((known) => known.name !== view.name);
    if (others.length >= VIEWS_MAX) throw new AppError("request/malformed", { sentence: "You have 50 saved views. Remove one first." });
    await dynamo().send(new PutCommand({ TableName: env().WORKSPACE_TABLE, Item: { pk: keyOf(sub), sk: view.name, ...view } }));
    return [view, ...others];
  });
}

/** Removes a view; one that is not there is no error. Throws workspace/unavailable. */
export function removeView(sub: string, viewName: string): Promise<void> {
  return attempt(async () => {
    await dynamo().send(new DeleteCommand({ TableName: env().WORKSPACE_TABLE, Key: { pk: keyOf(sub), sk: viewName } }));
  });
}
