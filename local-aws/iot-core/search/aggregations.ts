import { AwsError } from "../../platform/aws-error.ts";
import { createFieldReader, type IndexedValue, type ThingDocument } from "./thing-document.ts";

/** GetStatistics: the count always, the rest for a numeric field. */
export interface Statistics {
  readonly count: number;
  readonly average?: number;
  readonly sum?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly sumOfSquares?: number;
  readonly variance?: number;
  readonly stdDeviation?: number;
}

/** Statistics over a numeric field; without one, only how many things match. */
export function statisticsOf(documents: readonly ThingDocument[], field: string | undefined): Statistics {
  if (field === undefined) return { count: documents.length };
  const read = requireReader(field);
  const values = documents.flatMap((document) => read(document)[0] ?? []);
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length === 0) return { count: values.length };
  const sum = numbers.reduce((total, value) => total + value, 0);
  const average = sum / numbers.length;
  const variance = numbers.reduce((total, value) => total + (value - average) ** 2, 0) / numbers.length;
  return {
    count: numbers.length,
    average,
    sum,
    minimum: numbers.reduce((least, value) => Math.min(least, value), Infinity),
    maximum: numbers.reduce((most, value) => Math.max(most, value), -Infinity),
    sumOfSquares: numbers.reduce((total, value) => total + value * value, 0),
    variance,
    stdDeviation: Math.sqrt(variance),
  };
}

/** GetCardinality: how many different values a field has (AWS approximates; this is exact). */
export function cardinalityOf(documents: readonly ThingDocument[], field: string): number {
  const read = requireReader(field);
  return new Set(documents.flatMap((document) => read(document))).size;
}

/** GetBucketsAggregation: the most frequent values of a field, and how many things match at all. */
export function bucketsOf(documents: readonly ThingDocument[], field: string, bucketCountMax: number) {
  const read = requireReader(field);
  const counts = new Map<IndexedValue, number>();
  for (const document of documents) for (const value of new Set(read(document))) counts.set(value, (counts.get(value) ?? 0) + 1);
  const buckets = [...counts].map(([value, count]) => ({ keyValue: String(value), count }));
  buckets.sort((left, right) => right.count - left.count || (left.keyValue < right.keyValue ? -1 : 1));
  return { totalCount: documents.length, buckets: buckets.slice(0, bucketCountMax) };
}

function requireReader(field: string) {
  if (!/^[\w.$:-]+$/.test(field)) throw new AwsError("InvalidAggregationException", `Invalid aggregation field ${field}`, 400);
  return createFieldReader(field);
}
