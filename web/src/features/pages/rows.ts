/** Moving through a table by keys. */

/** The focus to the next or previous element that is marked `data-row`; from elsewhere, to the first. */
export function moveFocus(table: HTMLElement | null, step: 1 | -1): void {
  const rows = [...(table?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  rows[at === -1 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}
