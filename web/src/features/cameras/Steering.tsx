import { Button, Kbd, Text } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconHome,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { Session } from "../../api/types";
import { formatClock } from "../../time/format";
import classes from "./Cameras.module.css";
import { maySteer } from "./useCamera";
import type { Direction, SteeringOfOne } from "./useSteering";

const PAD: readonly { direction: Direction; Icon: typeof IconHome }[] = [
  { direction: "panLeft", Icon: IconArrowLeft },
  { direction: "tiltUp", Icon: IconArrowUp },
  { direction: "tiltDown", Icon: IconArrowDown },
  { direction: "panRight", Icon: IconArrowRight },
  { direction: "zoomOut", Icon: IconZoomOut },
  { direction: "zoomIn", Icon: IconZoomIn },
];

/** Who has the camera and until when; and while one has it, what turns it. */
export function Steering({ steering, user }: { steering: SteeringOfOne; user: Session["user"] }) {
  const { t, i18n } = useTranslation();
  const { camera, control, holder, mine } = steering;
  if (!camera.turns) return <Text c="dimmed">{t("spot.fixed")}</Text>;

  function told(): string {
    if (holder === null) return t("spot.free");
    const time = formatClock(i18n.language, Date.parse(control?.until ?? ""));
    return mine ? t("spot.yours", { time }) : t("spot.theirs", { name: holder, time });
  }

  return (
    <section className={classes.steering} aria-label={t("spot.steer")}>
      <h2 className={classes.title}>{t("spot.steer")}</h2>
      {steering.known && (
        <p className={classes.told} role="status" data-testid="control" data-holder={holder ?? ""} data-mine={mine}>
          {told()}
        </p>
      )}
      <div className={classes.deeds}>
        {(holder === null || mine) && (
          <Button
            onClick={() => steering.take(false)}
            loading={steering.busy}
            rightSection={<Kbd size="xs">c</Kbd>}
            variant={mine ? "default" : "filled"}
            data-testid="take"
          >
            {t(mine ? "spot.keep" : "spot.take")}
          </Button>
        )}
        {holder !== null && !mine && user.role === "supervisor" && (
          <Button onClick={() => steering.take(true)} loading={steering.busy} data-testid="take-over">
            {t("spot.takeOver", { name: holder })}
          </Button>
        )}
        {mine && (
          <Button variant="default" onClick={steering.giveBack} rightSection={<Kbd size="xs">s</Kbd>} data-testid="give-back">
            {t("spot.giveBack")}
          </Button>
        )}
      </div>
      {steering.error !== null && (
        <Text role="alert" c="red">
          {tellProblem(t, steering.error)}
        </Text>
      )}
      {mine && maySteer(user.role) && <Pad steering={steering} />}
      <Text size="sm" c="dimmed">
        {t(steering.tour ? "spot.thenTour" : "spot.thenHome")}
      </Text>
    </section>
  );
}

function Pad({ steering }: { steering: SteeringOfOne }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.pad} role="group" aria-label={t("spot.pad")}>
        {PAD.map(({ direction, Icon }) => (
          <Button
            key={direction}
            variant="default"
            aria-label={t(`spot.${direction}`)}
            title={t(`spot.${direction}`)}
            onPointerDown={() => steering.start(direction)}
            onPointerUp={steering.stop}
            onPointerLeave={steering.stop}
            onKeyDown={(event) => {
              if ((event.key === "Enter" || event.key === " ") && !event.repeat) steering.start(direction);
            }}
            data-testid={`turn-${direction}`}
          >
            <Icon size="1.2rem" aria-hidden />
          </Button>
        ))}
      </div>
      <div className={classes.deeds} role="group" aria-label={t("spot.presets")}>
        {steering.home !== null && (
          <Button
            variant="default"
            size="compact-md"
            leftSection={<IconHome size="1rem" aria-hidden />}
            rightSection={<Kbd size="xs">0</Kbd>}
            onClick={() => steering.goTo(steering.home)}
            data-testid="go-home"
          >
            {t("spot.home")}
          </Button>
        )}
        {steering.presets.map((preset, index) => (
          <Button
            key={preset.token}
            variant="default"
            size="compact-md"
            rightSection={index < 9 && <Kbd size="xs">{index + 1}</Kbd>}
            onClick={() => steering.goTo(preset.token)}
            data-testid="go-preset"
          >
            {preset.name}
          </Button>
        ))}
        {steering.unreached && <Text c="red">{t("spot.unreached")}</Text>}
        {!steering.unreached && steering.presets.length === 0 && <Text c="dimmed">{t("spot.noPresets")}</Text>}
      </div>
    </>
  );
}
