import { describe, expect, it } from "vitest";

import { peopleOverTime } from "./peopleOverTime";

describe("people over time", () => {
  it("reads the counts of a group", () => {
    const facts = { people_over_time: "3 3 4 2", people_over_time_step_s: 2 };
    expect(peopleOverTime({ facts })).toEqual({ people: [3, 3, 4, 2], stepS: 2 });
  });

  it("says nothing of what is no list of counts", () => {
    expect(peopleOverTime({ facts: {} })).toBeNull();
    expect(peopleOverTime({ facts: { people_over_time: "", people_over_time_step_s: 1 } })).toBeNull();
    expect(peopleOverTime({ facts: { people_over_time: "3 many", people_over_time_step_s: 1 } })).toBeNull();
  });
});
