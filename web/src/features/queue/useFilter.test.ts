import { describe, expect, it } from "vitest";

import { readFilter, viewAfter, writeFilter, type Filter } from "./useFilter";

const plain: Filter = { view: "open", kind: null, camera: null, priority: null, sort: "priority" };

describe("the view by key", () => {
  it("goes round, past what is held back or late where there is any", () => {
    const nothing = { held: false, late: false };
    expect(viewAfter("all", nothing)).toBe("open");
    expect(viewAfter("all", { held: true, late: false })).toBe("held");
    expect(viewAfter("all", { held: false, late: true })).toBe("late");
    expect(viewAfter("held", nothing)).toBe("open"); // the last one was let through
  });
});

describe("the filter in the address", () => {
  it("is empty as long as nothing was chosen", () => {
    expect(writeFilter(plain, "open").toString()).toBe("");
    expect(readFilter(new URLSearchParams(), "open")).toEqual(plain);
  });

  it("comes back as it was chosen", () => {
    const chosen: Filter = { view: "all", kind: "fight", camera: "a b", priority: "P2", sort: "priority" };
    expect(readFilter(new URLSearchParams(writeFilter(chosen, "open").toString()), "open")).toEqual(chosen);
  });

  it("starts where the work of the person is", () => {
    expect(readFilter(new URLSearchParams(), "told").view).toBe("told");
    expect(writeFilter({ ...plain, view: "told", sort: "newest" }, "told").toString()).toBe("");
    expect(readFilter(writeFilter(plain, "told"), "told")).toEqual(plain);
  });

  it("sorts what is open by urgency, and the rest by time, unless it was chosen", () => {
    expect(readFilter(new URLSearchParams("view=decided"), "open").sort).toBe("newest");
    expect(readFilter(new URLSearchParams("sort=newest"), "open").sort).toBe("newest");
    expect(writeFilter({ ...plain, sort: "newest" }, "open").toString()).toBe("sort=newest");
  });

  it("leaves out what nobody can choose", () => {
    expect(readFilter(new URLSearchParams("priority=P9&sort=oldest&kind=theft&view=x"), "open")).toEqual(plain);
  });
});
