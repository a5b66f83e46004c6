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
  /** Of each site so many devices are drawn at most. */
  readonly tilesMax: number;
}

/** Beyond this a name each is a wall of text. */
const NAMED_TILES_MAX = 80;
/** As many as are read of what needs attention (components/overview/use-attention.ts): a wall that stands upright has room for all. */
const ATTENTION_ROWS_MAX = 16;
/** Fewer lines than these give the names' room away. */
const ATTENTION_ROWS_KEPT = 3;

/** As the classes of the mosaic and of the list make them, CSS pixels. */
const GAP = 32;
const SITE_GAP = 48;
const SITE_HEAD = 62;
/** The line that says how many are not drawn. */
export const SITE_FOOT = 28;
const TILE_GAP = 6;
const NAMED = { width: 152, height: 30 };
const MARK = { width: 28, height: 32 };
const LIST_HEAD = 38;
const LIST_ROW = 47;

/** How to divide the room: names where they fit beside the most pressing lines, marks as far as they fit, and as many lines as are left room for. */
export function planWall({ width, height, siteCounts, attentionCount }: WallRoom): WallPlan {
  const wanted = Math.min(ATTENTION_ROWS_MAX, attentionCount);
  const room = height - listHeight(Math.min(ATTENTION_ROWS_KEPT, wanted));
  const isNamed =
    siteCounts.reduce((sum, count) => sum + count, 0) <= NAMED_TILES_MAX && mosaicOf(siteCounts, width, NAMED).height(Infinity) <= room;
  const mosaic = mosaicOf(siteCounts, width, isNamed ? NAMED : MARK);
  const rowsMax = mosaic.height(Infinity) <= room ? Infinity : mosaic.rowsWithin(room);
  const left = height - mosaic.height(rowsMax) - listHeight(0);
  return {
    isNamed,
    tilesMax: rowsMax * mosaic.perRow,
    attentionRows: Math.max(Math.min(1, wanted), Math.min(wanted, Math.floor(left / LIST_ROW))),
  };
}

const listHeight = (rows: number): number => GAP + LIST_HEAD + rows * LIST_ROW;

/** Sites stand two by two, each as high as the fuller of its row. */
function mosaicOf(siteCounts: readonly number[], width: number, tile: { width: number; height: number }) {
  const siteWidth = siteCounts.length > 1 ? (width - SITE_GAP) / 2 : width;
  const perRow = Math.max(1, Math.floor((siteWidth + TILE_GAP) / (tile.width + TILE_GAP)));
  const pairs = siteCounts.flatMap((count, i) => (i % 2 === 0 ? [Math.max(count, siteCounts[i + 1] ?? 0)] : []));
  const heads = Math.max(0, pairs.length - 1) * GAP + pairs.length * SITE_HEAD;
  const rowHeight = tile.height + TILE_GAP;
  return {
    perRow,
    height: (rowsMax: number): number =>
      pairs.reduce((sum, count) => {
        const rows = Math.ceil(count / perRow);
        return sum + Math.min(rows, rowsMax) * rowHeight + (rows > rowsMax ? SITE_FOOT : 0);
      }, heads),
    /** Rows of tiles for each site, of which at least one is drawn. */
    rowsWithin: (room: number): number => Math.max(1, Math.floor((room - heads - pairs.length * SITE_FOOT) / (pairs.length * rowHeight))),
  };
}
