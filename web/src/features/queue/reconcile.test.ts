import { describe, expect, it } from "vitest";

import { reconcile } from "./reconcile";

const held = { hold: true, keep: null };
const free = { hold: false, keep: null };

describe("reconcile", () => {
  it("shows the first list as it comes, also to a person who is in it", () => {
    expect(reconcile([], ["b", "a"], held)).toEqual({ ids: ["b", "a"], waiting: 0 });
  });

  it("lets new incidents in at the top when nobody is in the list", () => {
    expect(reconcile(["b", "a"], ["c", "b", "a"], free)).toEqual({ ids: ["c", "b", "a"], waiting: 0 });
  });

  it("counts new incidents instead of moving what a person looks at", () => {
    expect(reconcile(["b", "a"], ["d", "c", "b", "a"], held)).toEqual({ ids: ["b", "a"], waiting: 2 });
  });

  it("adds what a held person asks for below", () => {
    expect(reconcile(["c", "b"], ["d", "c", "b", "a"], held)).toEqual({ ids: ["c", "b", "a"], waiting: 1 });
  });

  it("keeps what left the list in its place while held", () => {
    expect(reconcile(["c", "b", "a"], ["c", "a"], held).ids).toEqual(["c", "b", "a"]);
    expect(reconcile(["c", "b", "a"], [], held).ids).toEqual(["c", "b", "a"]);
  });

  it("drops what left the list, but not the chosen one, which stays in its place", () => {
    const circumstances = { hold: false, keep: "b" };
    expect(reconcile(["d", "c", "b", "a"], ["e", "d", "a"], circumstances).ids).toEqual(["e", "d", "b", "a"]);
    expect(reconcile(["b", "a"], ["c", "a"], circumstances).ids).toEqual(["c", "b", "a"]);
    expect(reconcile(["b"], [], circumstances).ids).toEqual(["b"]);
  });

  it("does not add a chosen one that was never in the list", () => {
    expect(reconcile(["b"], ["b"], { hold: false, keep: "x" }).ids).toEqual(["b"]);
  });
});
