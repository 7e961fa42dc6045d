import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState, type Ref, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import classes from "./Audit.module.css";
import { askedIn, FIELDS, KINDS, type Asked } from "./useAudit";
import { ACTIONS } from "./words";

interface AuditFilterProps {
  asked: Asked;
  busy: boolean;
  first: Ref<HTMLInputElement>;
  onAsk: (asked: Asked) => void;
}

/** Who, what, about what and when; nothing is asked before Enter. */
export function AuditFilter({ asked, busy, first, onAsk }: AuditFilterProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(asked);
  const [shown, setShown] = useState(asked);
  // The buttons of the browser change the address too.
  if (FIELDS.some((name) => asked[name] !== shown[name])) {
    setShown(asked);
    setDraft(asked);
  }
  const put = (name: keyof Asked, value: string) => setDraft({ ...draft, [name]: value });

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    onAsk(draft);
  }

  function clear(): void {
    const nothing = askedIn(new URLSearchParams());
    setDraft(nothing);
    onAsk(nothing);
  }

  const text = (name: keyof Asked, label: string, type = "text") => (
    <TextInput
      type={type}
      label={label}
      value={draft[name]}
      onChange={(event) => put(name, event.currentTarget.value)}
      maxLength={type === "text" ? 128 : undefined}
      autoComplete="off"
      spellCheck={false}
      ref={name === "actor" ? first : undefined}
      data-testid={`audit-${name}`}
    />
  );
  return (
    <form className={classes.filter} onSubmit={submit} role="search" aria-label={t("audit.filter")}>
      {text("actor", t("audit.actor"))}
      <NativeSelect
        label={t("audit.what_label")}
        value={draft.action}
        onChange={(event) => put("action", event.currentTarget.value)}
        data={[
          { value: "", label: t("audit.anything") },
          ...ACTIONS.map((action) => ({ value: action, label: t(`audit.action.${action}`) })),
        ]}
        data-testid="audit-action"
      />
      <NativeSelect
        label={t("audit.kind_label")}
        value={draft.kind}
        onChange={(event) => put("kind", event.currentTarget.value)}
        data={[
          { value: "", label: t("audit.anything") },
          ...KINDS.map((kind) => ({ value: kind, label: t(`audit.kind.${kind}`) })),
        ]}
        data-testid="audit-kind"
      />
      {text("subject", t("audit.subject_label"))}
      {text("from", t("audit.from"), "datetime-local")}
      {text("until", t("audit.until"), "datetime-local")}
      <Button
        type="submit"
        loading={busy}
        leftSection={<IconSearch size="1.1rem" aria-hidden />}
        data-testid="audit-search"
      >
        {t("audit.search")}
      </Button>
      <Button variant="default" onClick={clear} data-testid="audit-clear">
        {t("audit.clear")}
      </Button>
    </form>
  );
}
