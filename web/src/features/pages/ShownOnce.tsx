import { Alert, Button, Group } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy, IconEyeOff, IconPrinter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import classes from "./Pages.module.css";

interface ShownOnceProps {
  /** What they are and whose, for the list and the print. */
  title: string;
  lines: readonly string[];
  warning: string;
}

/** Secrets that nobody can ask for again: to copy, or to print by themselves on a sheet. */
export function ShownOnce({ title, lines, warning }: ShownOnceProps) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 3000 });
  return (
    <div className={classes.once}>
      <Alert color="yellow" icon={<IconEyeOff aria-hidden />}>
        {warning}
      </Alert>
      <div className={classes.paper}>
        <h2 className={classes.onPaper}>{title}</h2>
        <ul className={classes.lines} aria-label={title} data-testid="shown-once">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
      <Group>
        <Button
          variant="default"
          leftSection={clipboard.copied ? <IconCheck size="1.1rem" aria-hidden /> : <IconCopy size="1.1rem" aria-hidden />}
          onClick={() => clipboard.copy(lines.join("\n"))}
          data-testid="copy"
        >
          {t(clipboard.copied ? "once.copied" : "once.copy")}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPrinter size="1.1rem" aria-hidden />}
          onClick={() => window.print()}
          data-testid="print-once"
        >
          {t("once.print")}
        </Button>
        <span role="status">{clipboard.error !== null && t("once.notCopied")}</span>
      </Group>
    </div>
  );
}
