export type Align = "start" | "end" | "center";

const GAP_PX = 6;
const EDGE_PX = 8;

/**
 * Puts a top-layer panel under its anchor, or above it where there is no room below, and keeps it inside the window.
 * Sets styles through the object model, which a content security policy without inline styles allows.
 */
export function placeBeside(anchor: Element, panel: HTMLElement, align: Align): void {
  const box = anchor.getBoundingClientRect();
  const view = { width: document.documentElement.clientWidth, height: globalThis.innerHeight };
  const roomBelow = view.height - box.bottom - GAP_PX - EDGE_PX;
  const roomAbove = box.top - GAP_PX - EDGE_PX;
  const isBelow = panel.scrollHeight <= roomBelow || roomBelow >= roomAbove;
  const height = Math.min(panel.offsetHeight, isBelow ? roomBelow : roomAbove);
  const starts = { start: box.left, end: box.right - panel.offsetWidth, center: box.left + (box.width - panel.offsetWidth) / 2 };
  const left = Math.max(EDGE_PX, Math.min(starts[align], view.width - panel.offsetWidth - EDGE_PX));
  panel.style.maxHeight = `${Math.max(120, isBelow ? roomBelow : roomAbove)}px`;
  panel.style.left = `${left}px`;
  panel.style.top = `${isBelow ? box.bottom + GAP_PX : box.top - GAP_PX - height}px`;
}
