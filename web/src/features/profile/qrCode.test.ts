import { describe, expect, it } from "vitest";

import { codeOf, inFours, qrCodeOf } from "./qrCode";

describe("a QR code", () => {
  const code = qrCodeOf("otpauth://totp/Almere%20Vision:anna?secret=JBSWY3DPEHPK3PXP&issuer=Almere%20Vision");
  const dark = new Set(code.path.match(/M\d+ \d+/g));

  it("has its three finder patterns within four modules of white", () => {
    const side = code.size - 1;
    for (const [x, y] of [[4, 4], [side - 4, 4], [4, side - 4]] as const) expect(dark).toContain(`M${x} ${y}`);
    for (const at of dark) {
      const [x, y] = at.slice(1).split(" ").map(Number);
      expect(Math.min(x ?? 0, y ?? 0)).toBeGreaterThanOrEqual(4);
      expect(Math.max(x ?? 0, y ?? 0)).toBeLessThanOrEqual(side - 4);
    }
  });

  it("is another for another secret", () => {
    expect(qrCodeOf("otpauth://totp/x?secret=JBSWY3DPEHPK3PXQ").path).not.toBe(code.path);
  });
});

describe("what is typed over", () => {
  it("is shown in fours and read without spaces", () => {
    expect(inFours("JBSWY3DPEH")).toBe("JBSW Y3DP EH");
    expect(inFours("JBSW")).toBe("JBSW");
    expect(codeOf(" 123 456\u00a0")).toBe("123456");
  });
});
