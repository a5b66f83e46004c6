import { html, type Html } from "./html.ts";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "password" | "email";
  readonly autocomplete: string;
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly isCode?: boolean;
  readonly isFocused?: boolean;
  readonly isOptional?: boolean;
}

/** A labelled input; password managers go by `autocomplete`. A problem with it marks it and gives it the focus. */
export function field(input: Field, { about = [] }: Partial<Message> = {}): Html {
  const { name, label, type = "text", autocomplete, value = "", hint, isCode, isOptional } = input;
  const isInvalid = about.includes(name);
  const isFocused = about.length === 0 ? input.isFocused : isInvalid;
  const attributes = html`${isCode === true && html` class="code" inputmode="numeric" pattern="[0-9]*" maxlength="6"`}${isFocused === true && html` autofocus`}${
    isOptional !== true && html` required`
  }${isInvalid && html` aria-invalid="true"`}${hint !== undefined && html` aria-describedby="${name}-hint"`}`;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      autocapitalize="none"
      spellcheck="false"
      value="${value}"
      ${attributes}
    />${hint !== undefined && html`<span class="hint" id="${name}-hint">${hint}</span>`}
  </div>`;
}

export function submit(label: string): Html {
  return html`<button class="button" type="submit">${label}</button>`;
}

export interface Message {
  readonly tone: "bad" | "good" | "note";
  readonly text: string;
  /** The inputs it is about, each the only one of them on its page. */
  readonly about?: readonly string[];
}

/** A refusal is announced at once, good news when it suits. */
export function message(content: Message | undefined): Html | undefined {
  if (content === undefined) return undefined;
  return html`<div class="message ${content.tone}" role="${content.tone === "bad" ? "alert" : "status"}">${content.text}</div>`;
}
