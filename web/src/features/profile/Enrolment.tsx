import { Alert, Button, Text, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiProblem, tellProblem } from "../../api/problems";
import { ShownOnce } from "../pages/ShownOnce";
import classes from "./Profile.module.css";
import { codeOf, inFours, qrCodeOf } from "./qrCode";
import { useConfirm, useEnrol, useEnrolled } from "./useSecondFactor";

/** Scan, confirm with a code, keep the recovery codes. */
export function Enrolment({ username }: { username: string }) {
  const { t } = useTranslation();
  const enrol = useEnrol();
  const confirm = useConfirm();
  const enrolled = useEnrolled();

  if (confirm.data !== undefined) {
    return (
      <div className={classes.steps} data-testid="recovery-codes">
        <ShownOnce
          title={t("profile.recoveryOf", { name: username })}
          lines={confirm.data.recovery_codes}
          warning={t("profile.recoveryHelp")}
        />
        <Button className={classes.narrow} onClick={enrolled} data-testid="codes-kept">
          {t("profile.codesKept")}
        </Button>
      </div>
    );
  }
  if (enrol.data === undefined) {
    return (
      <div className={classes.steps}>
        <Text>{t("profile.enrolHelp")}</Text>
        {enrol.isError && (
          <Alert color="yellow" role="alert">
            {tellProblem(t, enrol.error)}
          </Alert>
        )}
        <Button
          className={classes.narrow}
          onClick={() => enrol.mutate()}
          loading={enrol.isPending}
          data-testid="enrol-begin"
        >
          {t("profile.enrol")}
        </Button>
      </div>
    );
  }
  const problem = confirm.error instanceof ApiProblem && confirm.error.code === "invalid" ? "wrong" : confirm.error;
  return (
    <div className={classes.enrolment} data-testid="enrolment">
      <QrCode uri={enrol.data.otpauth_uri} />
      <div className={classes.steps}>
        <Text>{t("profile.scan")}</Text>
        <Text>
          {t("profile.secret")}{" "}
          <code className={classes.secret} data-testid="secret">
            {inFours(enrol.data.secret)}
          </code>
        </Text>
        <CodeForm
          error={problem === null ? null : problem === "wrong" ? t("profile.codeWrong") : tellProblem(t, problem)}
          busy={confirm.isPending}
          onSend={(code) => confirm.mutate(code)}
        />
      </div>
    </div>
  );
}

interface CodeFormProps {
  error: string | null;
  busy: boolean;
  onSend: (code: string) => void;
}

function CodeForm({ error, busy, onSend }: CodeFormProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (!busy) onSend(codeOf(typed));
  }

  return (
    <form className={classes.steps} onSubmit={submit}>
      <TextInput
        className={classes.narrow}
        label={t("profile.code")}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={error}
        inputMode="numeric"
        autoComplete="one-time-code"
        spellCheck={false}
        minLength={6}
        maxLength={16}
        required
        withAsterisk={false}
        // The next thing to do, after the button that was pressed here.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        data-testid="first-code"
      />
      <Button className={classes.narrow} type="submit" loading={busy} data-testid="confirm-code">
        {t("profile.confirm")}
      </Button>
    </form>
  );
}

function QrCode({ uri }: { uri: string }) {
  const { t } = useTranslation();
  const { size, path } = qrCodeOf(uri);
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={t("profile.qr")}
      data-testid="qr"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
