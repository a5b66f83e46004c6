import { z } from "zod";
import { SITE_ID } from "../platform/site.ts";

/** The longest word of a list, a thing's name, and its comma. */
const PART_LENGTH_MAX = 129;
const SITES_MAX = 16;

/** A comma-separated list in a query string, of at most `countMax` parts; empty parts are left out. */
export const listOf = <Item extends string>(item: z.ZodType<Item, string>, countMax: number) =>
  z
    .string()
    .max(countMax * PART_LENGTH_MAX)
    .transform((text) => text.split(",").filter((part) => part !== ""))
    .pipe(z.array(item).max(countMax));

/** The sites that a query narrows its answer to. */
export const siteList = listOf(z.string().regex(SITE_ID), SITES_MAX);
