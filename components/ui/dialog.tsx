"use client";

import { X } from "lucide-react";
import { useEffect, useId, useLayoutEffect, type ReactNode } from "react";
import { IconButton } from "./button";
import { classNames } from "./class-names";
import { useKeptFocus } from "./use-kept-focus";

interface DialogProps {
  readonly isOpen: boolean;
  /** Called on Esc, outside click and the close button; the caller sets `isOpen` to false. */
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly lead?: ReactNode;
  readonly footer?: ReactNode;
  readonly width?: "narrow" | "medium" | "wide";
  /** Leaves the body without padding. */
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}

/** Where typing begins in a dialog that asks for something. */
const FIELDS = "form :is(input, select, textarea):not([type=hidden], :disabled)";
/** The way back out of a dialog that asks yes or no: a held Enter key must not answer the question that it opened. */
const WAY_BACK = "footer button:not(:disabled)";

const beginningOf = (dialog: HTMLElement): HTMLElement | null => dialog.querySelector(FIELDS) ?? dialog.querySelector(WAY_BACK);

const WIDTHS = { narrow: "w-[26rem]", medium: "w-[36rem]", wide: "w-[52rem]" };
const CENTERED = "m-auto max-h-[min(46rem,calc(100dvh-2rem))] max-w-[calc(100vw-1rem)] rounded-panel open:rise";
const SIDEWAYS = "m-0 ml-auto h-dvh max-h-dvh max-w-full border-y-0 border-r-0 open:rise";

function Modal({ placement, ...props }: DialogProps & { readonly placement: string }) {
  const { isOpen, onClose, title, lead, footer, width = "medium", isFlush = false, children } = props;
  const { ref: element, ...keep } = useKeptFocus<HTMLDialogElement>(beginningOf);
  const id = useId();

  useEffect(() => {
    const dialog = element.current;
    if (!dialog || dialog.open === isOpen) return;
    if (!isOpen) {
      dialog.close();
      return;
    }
    dialog.showModal();
    // React focuses before the dialog is open, which does nothing.
    beginningOf(dialog)?.focus();
  }, [isOpen, element]);
  // A dialog that is taken out while open never gives the focus back; one that is closed first does.
  useLayoutEffect(() => {
    const dialog = element.current;
    return () => dialog?.close();
  }, [element]);

  return (
    <dialog
      ref={element}
      {...keep}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
      className={classNames(
        "border-line-strong bg-surface text-body text-ink shadow-pop flex-col border p-0 text-left font-normal whitespace-normal open:flex",
        placement,
        WIDTHS[width],
      )}
    >
      {isOpen && (
        <>
          <header className="border-line flex items-start justify-between gap-3 border-b py-2.5 pr-2 pl-4">
            <div className="min-w-0 py-1">
              <h2 id={id} className="text-lead font-semibold">
                {title}
              </h2>
              {lead !== undefined && <div className="text-small text-ink-2">{lead}</div>}
            </div>
            <IconButton label="Close" onClick={onClose}>
              <X className="size-4" aria-hidden />
            </IconButton>
          </header>
          <div className={classNames("scroll-slim min-h-0 flex-1 overflow-y-auto", !isFlush && "p-4")}>{children}</div>
          {footer !== undefined && (
            <footer className="border-line bg-raised flex flex-wrap items-center justify-end gap-2 border-t px-4 py-2.5">{footer}</footer>
          )}
        </>
      )}
    </dialog>
  );
}

/** A question or a task in the middle of the screen; the platform's dialog keeps focus inside and the page inert. */
export function Dialog(props: DialogProps) {
  return <Modal {...props} placement={CENTERED} />;
}

/** The same from the right edge, full height: details beside the page. */
export function Sheet(props: DialogProps) {
  return <Modal {...props} placement={SIDEWAYS} />;
}
