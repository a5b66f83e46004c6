"use client";

import { Bookmark, Columns3, LayoutGrid, RefreshCw, Rows3, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { useConnectionState } from "@/components/live/use-connection";
import { useIsAtRest } from "@/components/shell/use-is-at-rest";
import { Button, IconButton } from "@/components/ui/button";
import { Checkbox, Input } from "@/components/ui/field";
import { Popover } from "@/components/ui/popover";
import { Segmented } from "@/components/ui/tabs";
import { inertText } from "./inert-text";
import { useSavedViews } from "./use-saved-views";
import { columnLabel, OPTIONAL_COLUMNS } from "./thing-columns";
import type { FleetQueryControls } from "./use-fleet-query";

function ColumnChooser({ controls }: { readonly controls: FleetQueryControls }) {
  return (
    <Popover
      label="Columns"
      align="end"
      className="w-48 p-2"
      trigger={(trigger) => (
        <IconButton label="Choose columns" {...trigger}>
          <Columns3 className="size-4" aria-hidden />
        </IconButton>
      )}
    >
      <p className="caption px-2 pb-1">Columns</p>
      {OPTIONAL_COLUMNS.map((id) => (
        <label key={id} className="rounded-small hover:bg-raised flex cursor-pointer items-center gap-2.5 px-2 py-1.5">
          <Checkbox
            checked={controls.columns.includes(id)}
            onChange={(event) =>
              controls.setColumns(
                OPTIONAL_COLUMNS.filter((column) => (column === id ? event.target.checked : controls.columns.includes(column))),
              )
            }
          />
          {columnLabel(id)}
        </label>
      ))}
    </Popover>
  );
}

function SaveViewForm({ onSave }: { readonly onSave: (name: string) => void }) {
  const [name, setName] = useState("");
  return (
    <form
      className="border-line flex gap-2 border-t p-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "") return;
        onSave(name.trim());
        setName("");
      }}
    >
      <Input
        value={name}
        maxLength={60}
        aria-label="Name of the view"
        placeholder="Save this list as…"
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" disabled={name.trim() === ""}>
        Save
      </Button>
    </form>
  );
}

function Views() {
  const { views, save, remove } = useSavedViews(useIsAtRest(useConnectionState().status === "live"));
  const router = useRouter();
  const id = useId();
  const close = () => document.getElementById(id)?.closest<HTMLElement>("[popover]")?.hidePopover();
  return (
    <Popover
      label="Saved views"
      align="end"
      className="w-72"
      trigger={(trigger) => (
        <Button tone="quiet" icon={<Bookmark className="size-4" aria-hidden />} {...trigger}>
          <span className="max-[22.5rem]:sr-only">Views</span>
        </Button>
      )}
    >
      <div id={id} className="p-1">
        {views.length === 0 && <p className="text-ink-3 px-2 py-3">No saved views yet. Narrow the list, then give it a name below.</p>}
        {views.map((view) => (
          <div key={view.name} className="rounded-small hover:bg-raised flex items-center">
            <button
              type="button"
              className="rounded-small min-w-0 flex-1 truncate px-2 py-1.5 text-left"
              onClick={() => {
                router.push(`/devices${view.search}`);
                close();
              }}
            >
              <bdi>{inertText(view.name, 60)}</bdi>
            </button>
            <IconButton size="small" label={`Delete view ${inertText(view.name, 60)}`} onClick={() => remove(view.name)}>
              <Trash2 className="size-3.5" aria-hidden />
            </IconButton>
          </div>
        ))}
      </div>
      <SaveViewForm onSave={(name) => save(name, location.search)} />
    </Popover>
  );
}

/** Views, columns, table or cards, and reading the list again. */
export function ListTools({ controls, onReload }: { readonly controls: FleetQueryControls; readonly onReload: () => void }) {
  return (
    <div className="flex items-center gap-1">
      <Views />
      {/* A telephone shows two columns, whatever is chosen. */}
      <span className="contents max-sm:hidden">{controls.layout === "table" && <ColumnChooser controls={controls} />}</span>
      <IconButton label="Read the list again" onClick={onReload}>
        <RefreshCw className="size-4" aria-hidden />
      </IconButton>
      <Segmented
        label="Layout"
        value={controls.layout}
        onChange={controls.setLayout}
        items={[
          { id: "table", label: <LayoutIcon icon={Rows3} word="Table" /> },
          { id: "grid", label: <LayoutIcon icon={LayoutGrid} word="Cards" /> },
        ]}
      />
    </div>
  );
}

function LayoutIcon({ icon: Icon, word }: { readonly icon: typeof Rows3; readonly word: string }) {
  return (
    <>
      <Icon className="size-4" aria-hidden />
      <span className="sr-only">{word}</span>
    </>
  );
}
