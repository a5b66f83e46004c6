"use client";

import { X } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { IconButton } from "./button";
import { classNames } from "./class-names";

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

const WIDTHS = { narrow: "w-[26rem]", medium: "w-[36rem]", wide: "w-[52rem]" };
const CENTERED = "m-auto max-h-[min(46rem,calc(100dvh-2rem))] max-w-[calc(100vw-1rem)] rounded-panel open:rise";
const SIDEWAYS = "m-0 ml-auto h-dvh max-h-dvh max-w-full border-y-0 border-r-0 open:rise";

function Modal({ placement, ...props }: DialogProps & { readonly placement: string }) {
  const { isOpen, onClose, title, lead, footer, width = "medium", isFlush = false, children } = props;
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();

  useEffect(() => {
    const dialog = element.current;
    if (!dialog || dialog.open === isOpen) return;
    if (!isOpen) {
      dialog.close();
      return;
    }
    dialog.showModal();
    // React focuses before the dialog is open, which does nothing; left alone, Enter in a fresh form would press Close.
    dialog.querySelector<HTMLElement>(FIELDS)?.focus();
  }, [isOpen]);

  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
      className={classNames(
        "border-line-strong bg-surface text-body text-ink shadow-pop flex-col border p-0 open:flex",
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
