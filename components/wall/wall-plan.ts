/** What a wall screen has under its figures, CSS pixels, and what it would like to show there. */
export interface WallRoom {
  readonly width: number;
  readonly height: number;
  /** Devices of each site. */
  readonly siteCounts: readonly number[];
  /** Alarms and devices that need a person. */
  readonly attentionCount: number;
}

export interface WallPlan {
  /** Whether each device's tile has room for its name; without it the marks alone make the picture. */
  readonly isNamed: boolean;
  readonly attentionRows: number;
}

/** Beyond this a name each is a wall of text. */
const NAMED_TILES_MAX = 80;
export const ATTENTION_ROWS_MAX = 6;
/** Fewer lines than these give the names' room away. */
const ATTENTION_ROWS_KEPT = 3;

/** As the classes of the mosaic and of the list make them, CSS pixels. */
const GAP = 32;
const SITE_GAP = 48;
const SITE_HEAD = 62;
const TILE_GAP = 6;
const NAMED = { width: 152, height: 30 };
const MARK = { width: 28, height: 32 };
const LIST_HEAD = 38;
const LIST_ROW = 47;

/** How to divide the room: names where they fit beside the most pressing lines, and as many lines as are left room for. */
export function planWall({ width, height, siteCounts, attentionCount }: WallRoom): WallPlan {
  const wanted = Math.min(ATTENTION_ROWS_MAX, attentionCount);
  const isNamed =
    siteCounts.reduce((sum, count) => sum + count, 0) <= NAMED_TILES_MAX &&
    mosaicHeight(siteCounts, width, NAMED) + listHeight(Math.min(ATTENTION_ROWS_KEPT, wanted)) <= height;
  const left = height - mosaicHeight(siteCounts, width, isNamed ? NAMED : MARK) - listHeight(0);
  return { isNamed, attentionRows: Math.max(Math.min(1, wanted), Math.min(wanted, Math.floor(left / LIST_ROW))) };
}

const listHeight = (rows: number): number => GAP + LIST_HEAD + rows * LIST_ROW;

/** Sites stand two by two, each as high as the fuller of its row. */
function mosaicHeight(siteCounts: readonly number[], width: number, tile: { width: number; height: number }): number {
  const siteWidth = siteCounts.length > 1 ? (width - SITE_GAP) / 2 : width;
  const perRow = Math.max(1, Math.floor((siteWidth + TILE_GAP) / (tile.width + TILE_GAP)));
  let total = 0;
  for (let i = 0; i < siteCounts.length; i += 2) {
    const most = Math.max(siteCounts[i] ?? 0, siteCounts[i + 1] ?? 0);
    total += (i === 0 ? 0 : GAP) + SITE_HEAD + Math.ceil(most / perRow) * (tile.height + TILE_GAP);
  }
  return total;
}
