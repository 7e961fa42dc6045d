import { Checkbox, NativeSelect, Radio, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { PersonList, Role, Scope } from "../../api/types";
import { useCameras } from "../cameras/useCameras";
import { KINDS } from "../queue/useFilter";
import classes from "./People.module.css";
import { choicesOf, toggled, withRole, type Rights } from "./rights";

/** With more cameras than this there is a field to search them. */
const SEARCH_ABOVE = 8;

interface RightsFieldsProps {
  rights: Rights;
  roles: PersonList["roles"];
  /** What was left empty, once somebody tried to send it. */
  empty: { cameras: boolean; kinds: boolean };
  onChange: (rights: Rights) => void;
}

/** Role, and which cameras and kinds of incident. */
export function RightsFields({ rights, roles, empty, onChange }: RightsFieldsProps) {
  const { t } = useTranslation();
  const { data: cameras } = useCameras();
  const { role, scope } = rights;
  const choose = (part: Partial<Scope>) => onChange({ role, scope: { ...scope, ...part } });
  return (
    <>
      <NativeSelect
        label={t("people.role")}
        value={role}
        onChange={(event) => onChange(withRole(rights, event.currentTarget.value as Role, roles))}
        data={roles.map((one) => ({ value: one.role, label: t(`role.${one.role}`) }))}
        data-testid="role"
      />
      <Part
        name="cameras"
        label={t("people.cameras")}
        all={t("people.allCameras")}
        some={t("people.someCameras")}
        chosen={scope.cameras}
        choices={choicesOf(cameras ?? [], scope.cameras ?? [])}
        error={empty.cameras ? t("people.noCameras") : null}
        onChoose={(ids) => choose({ cameras: ids })}
      />
      <Part
        name="kinds"
        label={t("people.kinds")}
        all={t("people.allKinds")}
        some={t("people.someKinds")}
        chosen={scope.kinds}
        choices={KINDS.map((kind) => ({ id: kind, name: t(`kind.${kind}`) }))}
        error={empty.kinds ? t("people.noKinds") : null}
        onChoose={(ids) => choose({ kinds: ids })}
      />
    </>
  );
}

interface PartProps<Id extends string> {
  name: string;
  label: string;
  all: string;
  some: string;
  /** null is all of them. */
  chosen: readonly Id[] | null;
  choices: readonly { id: Id; name: string }[];
  error: string | null;
  onChoose: (chosen: Id[] | null) => void;
}

function Part<Id extends string>({ name, label, all, some, chosen, choices, error, onChoose }: PartProps<Id>) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const found = choices.filter((one) => `${one.name} ${one.id}`.toLowerCase().includes(words.trim().toLowerCase()));
  return (
    <Radio.Group
      label={label}
      value={chosen === null ? "all" : "some"}
      onChange={(value) => onChoose(value === "all" ? null : [])}
      error={error}
      errorProps={{ role: "alert" }}
      data-testid={`scope-${name}`}
    >
      <div className={classes.ways}>
        <Radio value="all" label={all} data-testid={`${name}-all`} />
        <Radio value="some" label={some} data-testid={`${name}-some`} />
      </div>
      {chosen !== null && (
        <div className={classes.choices} role="group" aria-label={some}>
          {choices.length > SEARCH_ABOVE && (
            <TextInput
              aria-label={t("people.search")}
              placeholder={t("people.search")}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
              size="xs"
            />
          )}
          {choices.length === 0 && <Text size="sm">{t("cameras.none")}</Text>}
          <div className={classes.list}>
            {found.map(({ id, name: label }) => (
              <Checkbox
                key={id}
                label={label}
                checked={chosen.includes(id)}
                onChange={() => onChoose(toggled(chosen, id))}
                data-testid={`${name}-${id}`}
              />
            ))}
          </div>
        </div>
      )}
    </Radio.Group>
  );
}
