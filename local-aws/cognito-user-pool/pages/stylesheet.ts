/** The hosted pages' one stylesheet, in the colours of the app that signs in here; light or dark as the browser prefers. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --page: light-dark(oklch(0.967 0.004 220), oklch(0.163 0.012 234));
  --card: light-dark(oklch(0.996 0.001 220), oklch(0.2 0.014 234));
  --edge: light-dark(oklch(0.895 0.008 222), oklch(0.292 0.017 232));
  --text: light-dark(oklch(0.235 0.022 236), oklch(0.952 0.006 222));
  --quiet: light-dark(oklch(0.405 0.022 232), oklch(0.795 0.012 226));
  --accent: light-dark(oklch(0.475 0.115 244), oklch(0.775 0.105 232));
  --accent-text: light-dark(oklch(0.99 0.004 240), oklch(0.19 0.03 238));
  --accent-hover: light-dark(oklch(0.405 0.11 246), oklch(0.84 0.085 230));
  --field: light-dark(oklch(0.996 0.001 220), oklch(0.2 0.014 234));
  --field-edge: light-dark(oklch(0.62 0.018 228), oklch(0.56 0.022 230));
  --bad: light-dark(#a4161a, #ff9d96);
  --bad-back: light-dark(#fdecec, #36181a);
  --good: light-dark(#0f6b3a, #7fdca4);
  --good-back: light-dark(#e7f6ed, #12301f);
  --note-back: light-dark(#fff6dc, #2f2710);
  --note: light-dark(#6a4d00, #f1d58a);
}
* { box-sizing: border-box; }
html { font: 15px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; background: var(--page); color: var(--text); }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column; align-items: center; padding: 1rem; }
main { width: 100%; max-width: 26rem; margin: auto 0; background: var(--card); border: 1px solid var(--edge); border-radius: 6px;
  padding: 2rem; }
main.wide { max-width: 44rem; }
@media (max-width: 30rem) { main { padding: 1.5rem 1.25rem; } body { padding: .75rem; } }
.brand { display: flex; align-items: center; gap: .6rem; margin-bottom: 1.5rem; font-weight: 600; color: var(--quiet); }
.brand svg { width: 1.75rem; height: 1.75rem; color: var(--accent); flex: none; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .35rem; letter-spacing: -.01em; }
p { margin: 0 0 1rem; }
h1 + .message { margin-top: 1rem; }
.lead { color: var(--quiet); margin-bottom: 1.5rem; overflow-wrap: anywhere; }
form { margin: 0; }
.field { margin-bottom: 1rem; }
label { display: block; font-weight: 550; margin-bottom: .3rem; }
.hint { display: block; color: var(--quiet); font-size: .875rem; margin-top: .3rem; }
input:not([type=hidden]) { width: 100%; font: inherit; color: inherit; background: var(--field); border: 1px solid var(--field-edge); border-radius: 4px;
  padding: .6rem .75rem; min-height: 2.75rem; }
input.code { font-size: 1.25rem; letter-spacing: .3em; font-variant-numeric: tabular-nums; }
input[aria-invalid=true] { border-color: var(--bad); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.button { display: flex; align-items: center; justify-content: center; gap: .6rem; width: 100%; min-height: 2.75rem; padding: .55rem 1rem; font: inherit; font-weight: 600;
  border-radius: 4px; border: 1px solid transparent; background: var(--accent); color: var(--accent-text); cursor: pointer; text-decoration: none; }
.button:hover { background: var(--accent-hover); }
.button.plain { background: transparent; border-color: var(--field-edge); color: var(--text); }
.button.plain:hover { border-color: var(--accent); color: var(--accent); }
.button + .button, form + .button { margin-top: .75rem; }
.button svg { width: 1.15rem; height: 1.15rem; flex: none; }
.link { background: none; border: 0; padding: 0; font: inherit; color: var(--accent); text-decoration: underline; text-underline-offset: 2px; cursor: pointer; }
a { color: var(--accent); text-underline-offset: 2px; }
.row { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
.row a { font-size: .9rem; }
.or { display: flex; align-items: center; gap: .75rem; margin: 1.25rem 0; color: var(--quiet); font-size: .9rem; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--edge); }
.foot { margin: 1.5rem 0 0; color: var(--quiet); text-align: center; }
.message { border-radius: 4px; padding: .7rem .85rem; margin-bottom: 1.25rem; font-size: .95rem; overflow-wrap: anywhere; }
.message.bad { background: var(--bad-back); color: var(--bad); }
.message.good { background: var(--good-back); color: var(--good); }
.message.note { background: var(--note-back); color: var(--note); }
.qr { background: #fff; border-radius: 4px; padding: .75rem; width: 12.5rem; margin: 0 auto 1rem; }
.qr img { display: block; width: 100%; height: auto; }
code { font: .95em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.mails { list-style: none; margin: 0; padding: 0; }
.mails li { border-top: 1px solid var(--edge); padding: .9rem 0; }
.mails strong { display: block; }
.mails .code { font: 600 1.35rem ui-monospace, Menlo, Consolas, monospace; letter-spacing: .08em; overflow-wrap: anywhere; }
footer { padding: 1rem 0 .25rem; color: var(--quiet); font-size: .8125rem; text-align: center; }
@media (prefers-reduced-motion: no-preference) { .button, input { transition: background-color .12s, border-color .12s; } }
@media (forced-colors: active) { main, .button, .message { border: 1px solid; } }
`;
