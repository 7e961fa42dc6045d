import { Alert, Button, Loader, Modal, Select, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { Camera, PresetLook, Variant } from "../../api/types";
import classes from "./Cameras.module.css";
import { referenceUrl, useLearn, useLooks } from "./useCamera";
import type { SteeringOfOne } from "./useSteering";
import { tellWhy } from "./why";

const VARIANTS: readonly Variant[] = ["day", "night", "ir"];

interface LearnDialogProps {
  camera: Camera;
  opened: boolean;
  steering: SteeringOfOne;
  onClose: () => void;
}

/** What each preset looks like, how surely it is recognised, and learning it anew. */
export function LearnDialog({ camera, opened, steering, onClose }: LearnDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="xl"
      title={t("learn.title", { camera: camera.name })}
      closeButtonProps={{ "aria-label": t("keys.close") }}
      transitionProps={{ duration: 0 }}
    >
      <Presets camera={camera} steering={steering} />
    </Modal>
  );
}

function Presets({ camera, steering }: Pick<LearnDialogProps, "camera" | "steering">) {
  const { t } = useTranslation();
  const { data: looks, error } = useLooks(camera.id);
  const learn = useLearn(camera.id);
  const [variant, setVariant] = useState<Variant>("day");
  const [version, setVersion] = useState(0);
  // A camera that does not turn is looked at as it stands, and nobody need take it.
  const ready = steering.mine && !learn.isPending;

  if (error !== null) return <Alert color="yellow">{tellProblem(t, error)}</Alert>;
  if (looks === undefined) return <Loader role="status" aria-label={t("learn.loading")} />;
  return (
    <div className={classes.learn} data-testid="learn-dialog">
      <Text>{t("learn.help")}</Text>
      {camera.reason !== null && <Alert color="yellow">{tellWhy(t, camera.reason)}</Alert>}
      {looks.length === 0 && <Text>{t("learn.none")}</Text>}
      {camera.turns && !steering.mine && <Text>{t("learn.takeFirst")}</Text>}
      {camera.turns && (
        <div className={classes.deeds}>
          {!steering.mine && (
            <Button onClick={() => steering.take(false)} loading={steering.busy} data-testid="learn-take">
              {t("spot.take")}
            </Button>
          )}
          <Select
            label={t("learn.light")}
            data={VARIANTS.map((value) => ({ value, label: t(`learn.variant.${value}`) }))}
            value={variant}
            onChange={(value) => setVariant(VARIANTS.find((one) => one === value) ?? "day")}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
          />
        </div>
      )}
      <div role="status">
        {learn.isPending && t("learn.busy")}
        {learn.isSuccess && t("learn.done", { preset: learn.data.preset })}
        {learn.isError && t("learn.refused")}
      </div>
      {looks.map((look) => (
        <PresetCard key={look.preset} camera={camera} look={look} version={version}>
          {camera.turns && (
            <Button
              size="compact-md"
              disabled={!ready}
              onClick={() => learn.mutate({ preset: look.preset, variant }, { onSettled: () => setVersion(version + 1) })}
              data-testid={`learn-${look.preset}`}
            >
              {t("learn.now")}
            </Button>
          )}
        </PresetCard>
      ))}
    </div>
  );
}

interface PresetCardProps {
  camera: Camera;
  look: PresetLook;
  version: number;
  children: React.ReactNode;
}

function PresetCard({ camera, look, version, children }: PresetCardProps) {
  const { t } = useTranslation();
  const [shown = null] = look.variants;
  const variants = look.variants.map((one) => t(`learn.variant.${one}`)).join(", ");
  return (
    <article className={classes.preset} data-testid="preset-look" data-preset={look.preset} data-learnt={shown !== null}>
      {shown !== null && (
        <img
          className={classes.reference}
          src={referenceUrl(camera.id, look.preset, shown, version)}
          alt={t("learn.reference", { preset: look.preset })}
        />
      )}
      <div className={classes.about}>
        <h3 className={classes.title}>{look.preset}</h3>
        <span>{shown === null ? t("learn.notLearnt") : t("learn.learnt", { variants })}</span>
        {shown !== null && <span>{t(look.objection === null ? "learn.good" : "learn.bad")}</span>}
        {look.alike.map((other) => (
          <b key={other} className={classes.blind}>
            {t("learn.alike", { other })}
          </b>
        ))}
        {shown !== null && <span className={classes.quiet}>{t(look.has_position ? "learn.position" : "learn.noPosition")}</span>}
        {children}
      </div>
    </article>
  );
}
