import { useLocalStorage } from "@mantine/hooks";

/** Whether this browser sounds for something urgent; off until somebody turns it on. */
export function useSound(): readonly [on: boolean, set: (on: boolean) => void] {
  const [on, set] = useLocalStorage({ key: "almere.sound", defaultValue: false, getInitialValueInEffect: false });
  return [on, set];
}
