/**
 * A drawing of the icon set by its path. The pages for errors and for unknown addresses travel with every other page, before what they share with
 * it is loaded: through the set itself they would bring its code once more each.
 */
export function PlainIcon({ path }: { readonly path: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="size-5"
    >
      <path d={path} />
    </svg>
  );
}
