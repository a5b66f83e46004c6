/** Three decks seen from the side, the top one with a live light on it. */
export function Logo({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={className}>
      <path d="M3 17.6 12 22l9-4.4" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinejoin="round" opacity="0.45" />
      <path d="M3 12.9 12 17.3l9-4.4" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinejoin="round" opacity="0.75" />
      <path d="M12 3.6 3 8l9 4.4L21 8z" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinejoin="round" />
      <circle cx="12" cy="8" r="1.9" className="fill-live-mark" />
    </svg>
  );
}
