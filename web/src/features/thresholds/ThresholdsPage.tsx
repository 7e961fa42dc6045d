import { Alert, Button, Loader, Text } from "@mantine/core";
import { useRef, useState, type FocusEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { tellProblem } from "../../api/problems";
import { switchLanguage } from "../../i18n";
import { nameOf, useCameras } from "../cameras/useCameras";
import { DecideDialog, type Asked } from "./DecideDialog";
import { ThresholdCard } from "./ThresholdCard";
import { deedsAt, stepTo, useThresholdKeys, type ThresholdAction } from "./thresholdKeys";
import classes from "./Thresholds.module.css";
import { idOf, useThresholds } from "./useThresholds";
import { formatShare, type Did } from "./words";

/** What decisions propose about thresholds, for a supervisor to decide. */
export function ThresholdsPage() {
  const { t, i18n } = useTranslation();
  const { data: list, error, refetch } = useThresholds();
  const { data: cameras } = useCameras();
  const [chosen, setChosen] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState<Did | null>(null);
  const cards = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();

  const places = list?.items ?? [];
  const at = Math.max(0, places.findIndex((place) => idOf(place) === chosen));
  const place = places[at];

  function ask(did: Did): void {
    if (place === undefined || !deedsAt(place).includes(did)) return;
    setDone(null);
    setAsked({ did, place });
  }

  /** Keys go to the card that has the focus, also when Tab led there. */
  function choose(event: FocusEvent<HTMLElement>): void {
    const card = event.target.closest("article");
    const focused = card === null ? undefined : places[[...event.currentTarget.children].indexOf(card)];
    if (focused !== undefined) setChosen(idOf(focused));
  }

  function act(action: ThresholdAction): void {
    switch (action) {
      case "queue":
        return void navigate("/");
      case "profile":
        return void navigate("/profile");
      case "language":
        return switchLanguage();
      case "next":
      case "previous": {
        // Nothing is chosen before the first key: that one goes to the first card.
        const target = chosen === null ? 0 : stepTo(at, action === "next" ? 1 : -1, places.length);
        return cards.current?.querySelectorAll<HTMLElement>("article")[target]?.focus();
      }
      default:
        return ask(action);
    }
  }
  useThresholdKeys(asked !== null, act);

  return (
    // WCAG 2.1.1: what scrolls can be scrolled by keys.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <main className={classes.page} id="detail" tabIndex={0} aria-labelledby="thresholds-title">
      <h1 className={classes.heading} id="thresholds-title">
        {t("thresholds.title")}
      </h1>
      {list !== undefined && (
        <Text c="dimmed">{t("thresholds.help", { share: formatShare(i18n.language, list.sample_share) })}</Text>
      )}
      <Text c="dimmed" size="sm">
        {t("thresholds.keysHelp")}
      </Text>
      <div role="status" data-testid="threshold-done">
        {done !== null && t(`thresholds.done.${done}`)}
      </div>
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)} <Button size="compact-sm" onClick={() => void refetch()}>{t("queue.retry")}</Button>
        </Alert>
      )}
      {list === undefined && error === null && <Loader role="status" aria-label={t("thresholds.loading")} />}
      {list !== undefined && places.length === 0 && <Text>{t("thresholds.empty")}</Text>}
      {/* The focus of the cards and their buttons bubbles up to here; nothing is clicked. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div className={classes.cards} ref={cards} onFocus={choose}>
        {list !== undefined &&
          places.map((one) => (
            <ThresholdCard
              key={idOf(one)}
              place={one}
              list={list}
              cameraName={nameOf(cameras, one.camera)}
              chosen={one === place}
              onAsk={(did) => {
                setDone(null);
                setAsked({ did, place: one });
              }}
            />
          ))}
      </div>
      {list !== undefined && (
        <DecideDialog
          asked={asked}
          list={list}
          onClose={() => setAsked(null)}
          onDone={(did) => {
            setAsked(null);
            setDone(did);
          }}
        />
      )}
    </main>
  );
}
