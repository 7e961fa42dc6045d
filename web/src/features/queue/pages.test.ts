import { describe, expect, it } from "vitest";

import type { Incident, Priority } from "../../api/types";
import { runsLong, runsShort, sizeAgain, withAnswer, withNews, type Pages } from "./pages";

function incident(id: string, minute: number, priority: Priority | null = "P2", version = 1): Incident {
  const raised = `2026-05-01T10:${String(minute).padStart(2, "0")}:00Z`;
  return { id, raised_at: raised, suggested_priority: priority, version } as Incident;
}

function pages(...lists: Incident[][]): Pages {
  return {
    pageParams: [null, ...lists.slice(1).map((_, before) => lists[before]?.at(-1)?.id ?? null)],
    pages: lists.map((items, at) => ({ items, after: at < lists.length - 1 ? (items.at(-1)?.id ?? null) : null })),
  };
}

const ids = (shown: Pages) => shown.pages.map(({ items }) => items.map(({ id }) => id));

describe("a list that follows what happens", () => {
  const shown = pages([incident("a", 9, "P1"), incident("b", 8)], [incident("c", 7), incident("d", 6, "P3")]);

  it("takes in what is new where the server has it, on whichever page that is", () => {
    const news = [incident("urgent", 5, "P1"), incident("middle", 7, "P2"), incident("last", 1, null)];
    expect(ids(withNews(shown, ["urgent", "middle", "last"], news, "priority"))).toEqual([
      ["a", "urgent", "b"],
      ["middle", "c", "d", "last"],
    ]);
    expect(ids(withNews(shown, ["new"], [incident("new", 30, "P3")], "newest"))[0]).toEqual(["new", "a", "b"]);
  });

  it("leaves out what belongs below the pages that were asked for", () => {
    const first: Pages = { ...shown, pages: [{ items: shown.pages[0]?.items ?? [], after: "b" }] };
    expect(ids(withNews(first, ["low"], [incident("low", 2, "P3")], "priority"))).toEqual([["a", "b"]]);
  });

  it("runs short when most of what was loaded is dealt with and the server has more", () => {
    const more: Pages = { ...shown, pages: [{ items: [incident("a", 9)], after: "a" }] };
    expect(runsShort(more, 4)).toBe(true);
    expect(runsShort(more, 2)).toBe(false);
    expect(runsShort(shown, 50)).toBe(false); // this is all that there is
  });

  it("is asked for anew, at its first size, when it has grown by half", () => {
    const held = (count: number) => pages(Array.from({ length: count }, (_, at) => incident(`held-${at}`, at)));
    expect([2, 4, 6].map((count) => [runsLong(held(count), 4), sizeAgain(count, 4)])).toEqual([
      [false, 4],
      [false, 4],
      [false, 6], // so that the end of what came since does not fall off
    ]);
    expect([runsLong(held(7), 4), sizeAgain(7, 4)]).toEqual([true, 4]);
  });

  it("lets go of what the list does not hold any more, and of nothing else", () => {
    expect(ids(withNews(shown, ["b", "elsewhere"], [], "priority"))).toEqual([["a"], ["c", "d"]]);
  });

  it("moves what became more urgent, and shows what changed", () => {
    const after = withNews(shown, ["d"], [incident("d", 6, "P1", 2)], "priority");
    expect(ids(after)).toEqual([["a", "d", "b"], ["c"]]);
    expect(after.pages[0]?.items[1]?.version).toBe(2);
  });

  it("goes back to no version before the answer to a command", () => {
    const answered = withAnswer(shown, incident("c", 7, "P2", 3));
    const after = withNews(answered, ["c"], [incident("c", 7, "P2", 2)], "priority");
    expect(after.pages[1]?.items[0]?.version).toBe(3);
  });

  it("takes the first one into an empty list", () => {
    expect(ids(withNews(pages([]), ["a"], [incident("a", 1)], "priority"))).toEqual([["a"]]);
  });
});
