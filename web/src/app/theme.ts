/** Dark by default, or light; calm, legible from a metre away. Text on every surface passes 4.5:1. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const night: MantineColorsTuple = [
  "#e8eef5",
  "#c3ced9",
  "#a3b1c0",
  "#7d8d9e",
  "#3a4755",
  "#2b3641",
  "#202933",
  "#161d25",
  "#10161d",
  "#0b1015",
];

const signal: MantineColorsTuple = [
  "#e6f4ff",
  "#cfe8ff",
  "#a8d6ff",
  "#7cc4ff",
  "#56b1fb",
  "#3aa0f0",
  "#2188d8",
  "#136db4",
  "#0b5591",
  "#053d6d",
];

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', monospace",
  colors: { dark: night, signal },
  primaryColor: "signal",
  primaryShade: 3,
  autoContrast: true,
  luminanceThreshold: 0.3,
  respectReducedMotion: true,
  defaultRadius: "md",
  cursorType: "pointer",
});
